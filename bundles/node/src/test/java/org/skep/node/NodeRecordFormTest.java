package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers.Manager;
import org.skep.api.node.ManagerStart;

class NodeRecordFormTest {

    private static final NodeRecord RECORD = new NodeRecord(
            "a".repeat(25),
            "b".repeat(25),
            NodeRecord.Phase.MEMBER,
            ManagerStart.FORCE_NEW_CLUSTER,
            new Place("eth0:2377", new Endpoint("fd00::1", 2377), "eth0", "eth1"),
            List.of(
                    new Manager("a".repeat(25), new Endpoint("fd00::1", 2377)),
                    new Manager("", new Endpoint("beta", 4000))));

    @Test
    void isReadAsItWasWritten() throws IOException {
        assertThat(NodeRecordForm.read(NodeRecordForm.write(RECORD))).isEqualTo(RECORD);
    }

    @Test
    void peopleCanReadIt() throws IOException {
        assertThat(NodeRecordForm.write(RECORD))
                .startsWith("{\n  \"version\" : 2,\n  \"phase\" : \"member\",\n  \"nodeId\" : \"aaaa")
                .contains("\"managerStart\" : \"force_new_cluster\"", "\"address\" : \"beta:4000\"")
                .endsWith("}\n");
    }

    @Test
    void whatIsNotKnownIsPassedOver() throws IOException {
        String text = NodeRecordForm.write(RECORD)
                .replaceFirst("\\{", "{ \"later\": {\"a\": [1, {\"b\": 2}]}, \"more\": [[]],");

        assertThat(NodeRecordForm.read(text)).isEqualTo(RECORD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | it is damaged",
                "{ | it is damaged",
                "[] | it is damaged",
                "{} | it has form 1, and this version of Skep reads form 2",
                "{\"version\": 3} | it has form 3, and this version of Skep reads form 2",
                "{\"version\": 2} | it is damaged: no nodeId",
                "{\"version\": 2, \"nodeId\": \"a\", \"clusterId\": \"b\", \"phase\": \"odd\", | it is damaged"
            })
    void saysWhatIsWrong(String text, String reason) {
        assertThatThrownBy(() -> NodeRecordForm.read(text))
                .isInstanceOf(IOException.class)
                .hasMessage(reason);
    }
}

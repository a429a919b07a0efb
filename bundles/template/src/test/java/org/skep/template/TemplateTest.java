package org.skep.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;

class TemplateTest {

    private static final Function<String, String> LABEL = key -> "label-" + key;

    private static Map<String, Object> data() {
        Map<String, Object> data = new HashMap<>();
        data.put("Name", "web");
        data.put("Empty", "");
        data.put("Nothing", null);
        data.put("Replicas", 3L);
        data.put("Ratio", 0.5);
        data.put("Global", false);
        data.put("Ports", List.of("80", "443"));
        data.put("None", new ArrayList<>());
        data.put("Labels", new TreeMap<>(Map.of("zone", "a", "com.x/y", "b")));
        data.put("Spec", Map.of("Task", Map.of("Image", "nginx")));
        data.put("Tasks", List.of(Map.of("ID", "t1", "Slot", 1L), Map.of("ID", "t2", "Slot", 2L)));
        data.put("Label", LABEL);
        return data;
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "plain => plain",
                "{{.Name}} => web",
                "{{ .Name }}-{{.Replicas}} => web-3",
                "{{.Spec.Task.Image}} => nginx",
                "{{$.Name}} => web",
                "{{.Nothing}} => <no value>",
                "{{.Nothing.Deeper}} => <no value>",
                "{{.Labels.zone}}{{.Labels.nope}} => a<no value>",
                "{{index .Labels \"com.x/y\"}} => b",
                "{{index .Ports 1}} => 443",
                "{{(index .Tasks 1).ID}} => t2",
                "{{.Ports}} => [80 443]",
                "{{.Labels}} => map[com.x/y:b zone:a]",
                "{{json .Ports}} => [\"80\",\"443\"]",
                "{{json .Spec}} => {\"Task\":{\"Image\":\"nginx\"}}",
                "{{.Spec | json}} => {\"Task\":{\"Image\":\"nginx\"}}",
                "{{json .Nothing}} => null",
                "{{join .Ports \", \"}} => 80, 443",
                "{{upper .Name}}{{lower \"ABC\"}}{{title \"a b\"}} => WEBabcA B",
                "{{.Name | upper | printf \"%s!\"}} => WEB!",
                "{{pad .Name 1 2}}| => ` web  |`",
                "{{truncate .Name 2}} => we",
                "{{split \"a:b\" \":\"}} => [a b]",
                "{{len .Ports}} => 2",
                "{{printf \"%-5s|%3d|%5.2f|%v|%q\" .Name .Replicas .Ratio .Global .Name}} => web  |  3| 0.50|false|\"web\"",
                "{{if .Global}}yes{{else}}no{{end}} => no",
                "{{if eq .Name \"web\"}}yes{{end}} => yes",
                "{{if and .Name (gt .Replicas 2)}}many{{end}} => many",
                "{{if .Empty}}a{{else if .Name}}b{{else}}c{{end}} => b",
                "{{if not .None}}empty{{end}} => empty",
                "{{with .Spec.Task}}{{.Image}}{{end}} => nginx",
                "{{with .Empty}}x{{else}}none{{end}} => none",
                "{{range .Tasks}}{{.ID}}={{.Slot}};{{end}} => t1=1;t2=2;",
                "{{range $i, $t := .Tasks}}{{$i}}{{$t.ID}} {{$.Name}} {{end}}| => `0t1 web 1t2 web |`",
                "{{range $k, $v := .Labels}}{{$k}}:{{$v}},{{end}} => com.x/y:b,zone:a,",
                "{{range .None}}x{{else}}none{{end}} => none",
                "{{range .Tasks}}{{if eq .Slot 2}}{{.ID}}{{end}}{{end}} => t2",
                "{{$x := .Name}}{{$x}} => web",
                "a {{- .Name -}} b => awebb",
                "{{/* nothing */}}x => x",
                "{{.Label \"zone\"}} => label-zone",
                "{{`raw \"x\"`}} => raw \"x\"",
                "{{\"}}\"}} => }}",
                "{{true}} {{nil}} {{-3}} {{1.5}} => true <no value> -3 1.5",
            })
    void renders(String template, String expected) {
        assertThat(Template.parse(template).render(data())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "{{.Foo}} => there is no field 'Foo'",
                "{{.Name => '{{' without '}}'",
                "{{if .Name}} => '{{end}}' is missing",
                "{{end}} => 'end' without a start",
                "{{}} => a value is missing",
                "{{.Name | }} => a value is missing",
                "{{frob .Name}} => there is no function 'frob'",
                "{{uper .Name}} => did you mean 'upper'?",
                "{{$x}} => unknown variable $x",
                "{{.Name.Deeper}} => has no fields",
                "{{index .Ports 7}} => no element 7",
                "{{range .Name}}{{end}} => needs a list",
                "{{template \"x\"}} => is not supported",
                "{{join .Name \",\"}} => needs a list",
                "{{(.Name}} => missing before '}}'",
                "{{.Name .Global}} => used like a function",
                "{{upper}} => too few arguments",
                "{{printf \"%d\" .Name}} => does not fit",
                "{{99999999999999999999}} => too large",
                "{{\"x}} => without",
            })
    void saysWhatIsWrong(String template, String expected) {
        assertThatThrownBy(() -> Template.parse(template).render(data()))
                .isInstanceOfSatisfying(
                        SkepException.class,
                        e -> assertThat(e.line()).contains(expected).hasLineCount(1));
    }

    @Test
    void namesTheFieldsThereAre() {
        assertThatThrownBy(() -> Template.parse("{{.Foo}}").render(Map.of("B", 1, "A", 2)))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.hint()).isEqualTo("fields are A, B"));
    }
}

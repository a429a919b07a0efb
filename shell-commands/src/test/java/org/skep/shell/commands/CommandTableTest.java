package org.skep.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.skep.api.command.ShellCommand;
import org.skep.api.node.NodeConfig;
import org.skep.control.Control;
import org.skep.shell.commands.completion.StrategyNames;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Lines;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the bundle tells the framework: words, roles, and a help for everything. */
class CommandTableTest {

    private static final String TABLE = """
            ADMIN     node demote
            ADMIN     node drain
            ADMIN     node promote
            ADMIN     node rm, node remove
            ADMIN     node update
            ADMIN     swarm ca
            ADMIN     swarm init
            ADMIN     swarm join
            ADMIN     swarm join-token
            ADMIN     swarm leave
            ADMIN     swarm rebalance
            ADMIN     swarm unlock
            ADMIN     swarm unlock-key
            ADMIN     swarm update
            OPERATOR  config create
            OPERATOR  config rm, config remove
            OPERATOR  login
            OPERATOR  logout
            OPERATOR  network create
            OPERATOR  network rm, network remove
            OPERATOR  service create
            OPERATOR  service rm, service remove
            OPERATOR  service rollback
            OPERATOR  service scale
            OPERATOR  service update
            OPERATOR  task exec
            OPERATOR  volume create
            OPERATOR  volume rm, volume remove
            VIEWER    config inspect
            VIEWER    config ls, config list
            VIEWER    events
            VIEWER    info
            VIEWER    network inspect
            VIEWER    network ls, network list
            VIEWER    node inspect
            VIEWER    node ls, node list
            VIEWER    node ps
            VIEWER    service explain
            VIEWER    service history
            VIEWER    service inspect
            VIEWER    service logs
            VIEWER    service ls, service list
            VIEWER    service ps
            VIEWER    service top
            VIEWER    service wait
            VIEWER    swarm status
            VIEWER    task inspect
            VIEWER    task logs
            VIEWER    task stats
            VIEWER    version
            VIEWER    volume inspect
            VIEWER    volume ls, volume list
            """;

    private static final List<String> ELSEWHERE = List.of("user", "bundle");

    private record Component(Class<?> type, String scope, List<String> words, String role) {}

    private static List<Component> commands() throws Exception {
        File[] descriptions =
                Path.of("target", "classes", "OSGI-INF").toFile().listFiles((dir, name) -> name.endsWith(".xml"));
        assertThat(descriptions).isNotEmpty();
        Map<String, Component> commands = new TreeMap<>();
        for (File file : descriptions) {
            Element root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file)
                    .getDocumentElement();
            NodeList provided = root.getElementsByTagName("provide");
            if (provided.getLength() == 1
                    && ((Element) provided.item(0)).getAttribute("interface").equals(ShellCommand.class.getName())) {
                Element implementation =
                        (Element) root.getElementsByTagName("implementation").item(0);
                Element service = (Element) root.getElementsByTagName("service").item(0);
                Class<?> type = Class.forName(implementation.getAttribute("class"));
                if (!ELSEWHERE.contains(type.getPackageName().replaceAll(".*\\.", ""))) {
                    commands.put(
                            type.getName(),
                            new Component(
                                    type,
                                    service.getAttribute("scope"),
                                    property(root, "skep.command.name"),
                                    property(root, "skep.requires").get(0)));
                }
            }
        }
        return List.copyOf(commands.values());
    }

    private static List<String> property(Element root, String name) {
        NodeList properties = root.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (property.getAttribute("name").equals(name)) {
                return property.hasAttribute("value")
                        ? List.of(property.getAttribute("value"))
                        : Arrays.asList(property.getTextContent().strip().split("\n"));
            }
        }
        return List.of("");
    }

    @Test
    void whoMayDoWhat() throws Exception {
        String table = commands().stream()
                .map(command -> String.format("%-8s  %s%n", command.role, String.join(", ", command.words)))
                .sorted()
                .reduce("", String::concat);
        assertThat(table).isEqualTo(TABLE);
    }

    @TestFactory
    Stream<DynamicTest> everyCommandIsDescribed() throws Exception {
        return commands().stream()
                .map(command -> DynamicTest.dynamicTest(command.words.get(0), () -> described(command)));
    }

    private static void described(Component component) throws Exception {
        assertThat(component.scope).isEqualTo("prototype");
        CommandLine line = Lines.parsed(instance(component.type));
        String word = component.words.get(0).replaceAll(".* ", "");
        assertThat(line.getCommandName()).isEqualTo(word);
        assertThat(line.getUsageMessage(Ansi.OFF)).startsWith("Usage: " + word);
        assertThat(line.getCommandSpec().usageMessage().description()).hasSize(1);
        assertThat(line.getCommandSpec().options())
                .filteredOn(option -> !option.hidden())
                .allSatisfy(option -> assertThat(option.description())
                        .as(option.longestName())
                        .isNotEmpty());
        assertThat(line.getCommandSpec().positionalParameters())
                .allSatisfy(parameter -> assertThat(parameter.description())
                        .as(parameter.paramLabel())
                        .isNotEmpty());
    }

    @TestFactory
    Stream<DynamicTest> noCommandKeepsAnythingOfALine() throws Exception {
        return commands().stream()
                .map(command ->
                        DynamicTest.dynamicTest(command.words.get(0), () -> keepsNothing(instance(command.type))));
    }

    /** An instance runs one line after another: what a line sets has to be what picocli sets back. */
    private static void keepsNothing(Object part) throws Exception {
        for (Class<?> type = part.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.isAnnotationPresent(Mixin.class)) {
                    Object mixin = field.get(part);
                    keepsNothing(
                            mixin == null
                                    ? field.getType().getDeclaredConstructor().newInstance()
                                    : mixin);
                } else if (!Modifier.isStatic(field.getModifiers())) {
                    assertThat(Modifier.isFinal(field.getModifiers())
                                    || field.isAnnotationPresent(Option.class)
                                    || field.isAnnotationPresent(Parameters.class)
                                    || field.getType() == CommandSpec.class)
                            .as(type.getSimpleName() + "." + field.getName())
                            .isTrue();
                }
            }
        }
    }

    private static ShellCommand instance(Class<?> type) throws Exception {
        Constructor<?> constructor = type.getConstructors()[0];
        Object[] arguments = Arrays.stream(constructor.getParameterTypes())
                .map(CommandTableTest::neighbour)
                .toArray();
        return (ShellCommand) constructor.newInstance(arguments);
    }

    private static Object neighbour(Class<?> type) {
        if (type == Control.class) {
            return new FakeControl();
        }
        if (type == StrategyNames.class) {
            return new StrategyNames();
        }
        return type == NodeConfig.class ? config() : new FakeSwarm();
    }

    private static NodeConfig config() {
        return new NodeConfig(
                "0.1.0",
                Path.of("state"),
                "host1",
                new InetSocketAddress("127.0.0.1", 8022),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
    }
}

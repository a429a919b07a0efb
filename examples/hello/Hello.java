import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A small service to try Skep with: {@code java Hello.java} answers every HTTP request with a line that says who
 * answered. The process runtime hands it the published port in $PORT and its name in $SKEP_TASK_NAME.
 */
public class Hello {

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        String name = System.getenv().getOrDefault("SKEP_TASK_NAME", "hello");
        String host = InetAddress.getLocalHost().getHostName();
        byte[] line = ("Hello from " + name + " on " + host + ", port " + port + "\n").getBytes(StandardCharsets.UTF_8);

        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(200, line.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(line);
            }
            System.out.println(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        });
        server.start();
        System.out.println(name + " listens on port " + port);
    }
}

package org.tanada.app.docs;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tanada.app.web.Problems;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/** The API's description, made when it is first asked for. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String ABOUT =
      """
      The shop of Tanada: users, videos, orders.

      - **JSON** is taken by the letter: an unknown field is 422 and named, a wrong type 400. \
      Bodies may have 64 KB.
      - **Ids** are strings of digits. **Times** are RFC 3339 in UTC. **Money** is in the \
      currency's smallest unit.
      - **Lists** take `limit` (1 to 100) and `cursor`, which is `next` of the page before; \
      it is null on the last one.
      - **Changes** need `If-Match` with the `ETag` that you last saw.
      - **Creating** calls take `Idempotency-Key`: the same key and body give the same answer \
      again for 24 hours.
      - **Errors** are problem details (RFC 9457) with a stable `code`; `type` leads to its \
      explanation.
      - **Reading your own writes** works by the cookie that a browser keeps; another client \
      sends the `Tanada-Consistency` header of the last answer along.
      """;

  @Bean
  OpenAPI description() {
    Components components =
        new Components()
            .addSecuritySchemes(
                "token",
                new SecurityScheme()
                    .type(SecurityScheme.Type.HTTP)
                    .scheme("bearer")
                    .bearerFormat("JWT")
                    .description("An access token of POST /tokens."))
            .addSecuritySchemes(
                "session",
                new SecurityScheme()
                    .type(SecurityScheme.Type.APIKEY)
                    .in(SecurityScheme.In.COOKIE)
                    .name("tanada-session")
                    .description(
                        "Set by POST /sessions (over TLS with the prefix __Host-); unsafe methods from our own"
                            + " pages only."));
    return new OpenAPI()
        .info(
            new Info()
                .title("Tanada")
                .version("1")
                .description(ABOUT)
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        .servers(List.of(new Server().url("/").description("The front door")))
        .components(components)
        .security(
            List.of(
                new SecurityRequirement().addList("token"),
                new SecurityRequirement().addList("session")));
  }

  /** Every call tells the problems that its method names. */
  @Bean
  OperationCustomizer problems() {
    return (operation, method) -> {
      Problems problems = method.getMethodAnnotation(Problems.class);
      if (problems != null) {
        add(operation, problems.value());
      }
      return operation;
    };
  }

  /** Adds the problem's schema and what only the whole document can tell. */
  @Bean
  OpenApiCustomizer finish() {
    return api -> {
      ModelConverters.getInstance(true)
          .readAll(Problem.class)
          .forEach((name, schema) -> api.getComponents().addSchemas(name, schema));
      api.setPaths(sorted(api));
    };
  }

  private static io.swagger.v3.oas.models.Paths sorted(OpenAPI api) {
    io.swagger.v3.oas.models.Paths paths = new io.swagger.v3.oas.models.Paths();
    new TreeMap<>(api.getPaths()).forEach(paths::addPathItem);
    return paths;
  }

  private static void add(Operation operation, ProblemCode[] codes) {
    ApiResponses responses = operation.getResponses();
    for (ProblemCode code : codes) {
      String status = Integer.toString(code.status());
      ApiResponse known = responses.get(status);
      String text = "`" + code.code() + "`: " + code.title() + ".";
      if (known != null) {
        known.setDescription(known.getDescription() + " " + text);
        continue;
      }
      ApiResponse response =
          new ApiResponse()
              .description(text)
              .content(
                  new Content()
                      .addMediaType(
                          Problem.MEDIA_TYPE,
                          new MediaType()
                              .schema(new Schema<>().$ref("#/components/schemas/Problem"))));
      if (code == ProblemCode.UNAUTHENTICATED) {
        response.addHeaderObject(
            "WWW-Authenticate", new Header().schema(new StringSchema()._default("Bearer")));
      }
      responses.addApiResponse(status, response);
    }
  }
}

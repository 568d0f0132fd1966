package org.tanada.app.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Where the servlet container sends errors that met no controller: they too become problems. */
@Controller
final class ErrorEndpoint implements ErrorController {
  private final Failures failures;

  ErrorEndpoint(Failures failures) {
    this.failures = failures;
  }

  @RequestMapping("${spring.web.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    ProblemCode code = ProblemCode.ofStatus(status instanceof Integer known ? known : 404);
    failures.answer(request, response, new ProblemException(code, code.advice()));
  }
}

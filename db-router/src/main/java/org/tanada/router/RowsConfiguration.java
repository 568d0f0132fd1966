package org.tanada.router;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tanada.common.http.ProblemWriter;
import org.tanada.router.claim.Claims;
import org.tanada.router.query.RowLister;
import org.tanada.router.query.RowReader;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.transaction.Transactions;

/** Puts the rows contract at its paths. */
@Configuration(proxyBeanMethods = false)
class RowsConfiguration {
  @Bean
  ServletRegistrationBean<RowsServlet> rowsServlet(
      ProblemWriter problems,
      MeterRegistry meters,
      ShardDirectory directory,
      RowReader reader,
      RowLister lister,
      Transactions transactions,
      Claims claims) {
    RowsServlet servlet =
        new RowsServlet(problems, meters, directory, reader, lister, transactions, claims);
    return new ServletRegistrationBean<>(servlet, servlet.paths());
  }
}

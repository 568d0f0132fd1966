package org.tanada.app.session;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;

/**
 * Gives controllers who is asking: {@code Identity} must be somebody, {@code Optional<Identity>}
 * may be nobody.
 */
@Configuration(proxyBeanMethods = false)
class IdentityArguments implements WebMvcConfigurer, HandlerMethodArgumentResolver {
  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(this);
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Identity.class || isOptional(parameter);
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    Optional<Identity> user = CurrentUser.get();
    if (isOptional(parameter)) {
      return user;
    }
    Object failure =
        request.getAttribute(AuthenticationFilter.FAILURE, RequestAttributes.SCOPE_REQUEST);
    if (user.isEmpty() && failure instanceof ProblemException known) {
      throw known; // auth-service could not tell whether the cookie is good
    }
    return CurrentUser.required();
  }

  private static boolean isOptional(MethodParameter parameter) {
    return parameter.getParameterType() == Optional.class
        && ResolvableType.forMethodParameter(parameter).getGeneric(0).resolve() == Identity.class;
  }
}

package org.tanada.app.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.tanada.app.AppApplication;
import org.tanada.common.credential.testing.TestCredentials;

/**
 * An app server on a random port among {@link OtherTiers}; one for all tests that want no other.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    classes = AppApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "tanada.node=app-1",
      "tanada.drain-delay=0s",
      "tanada.secret.url-signing-key=test-signing-key-0123456789-0123456789",
      "tanada.app.max-video-size=1MB",
      "tanada.app.deletion.sweep=1h",
      "tanada.app.uploads.piece-size=64KB",
      "tanada.app.video-quota=4MB",
      "tanada.app.previews.ffmpeg=", // those that want it look by themselves
      "spring.main.banner-mode=off",
      "logging.structured.format.console=",
    })
@ContextConfiguration(initializers = TestCredentials.OfApp.class)
@Import(OtherTiers.class)
public @interface AppTest {}

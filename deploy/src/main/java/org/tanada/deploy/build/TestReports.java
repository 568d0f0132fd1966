package org.tanada.deploy.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What Maven's test reports say of tests that failed: a run prints thousands of lines after the one
 * that matters, so that it is said again at the end. The format is Surefire's {@code
 * surefire-test-report.xsd}.
 */
public final class TestReports {
  private static final Set<String> FAILURES =
      Set.of("failure", "error", "rerunFailure", "rerunError");
  private static final Set<String> FLAKES = Set.of("flakyFailure", "flakyError");
  private static final int LINES = 15;

  private final Path root;

  /** The reports of the modules in this directory. */
  public TestReports(Path root) {
    this.root = root;
  }

  /**
   * The runs of tests that failed, of reports written at or after the given time, by name.
   *
   * @throws IOException if a report cannot be read; a test process that was killed writes none
   */
  public List<FailedRun> failedSince(Instant time) throws IOException {
    List<FailedRun> failed = new ArrayList<>();
    for (Path report : reports(time)) {
      try (InputStream in = Files.newInputStream(report)) {
        read(in, failed);
      } catch (XMLStreamException e) {
        throw new IOException(report + " is no report of tests", e);
      }
    }
    return failed;
  }

  private List<Path> reports(Instant time) throws IOException {
    List<Path> reports = new ArrayList<>();
    // MODULE/target/surefire-reports/TEST-CLASS.xml
    try (Stream<Path> files =
        Files.find(root, 4, (path, is) -> is.isRegularFile() && report(path))) {
      for (Path file : files.sorted().toList()) {
        if (!Files.getLastModifiedTime(file).toInstant().isBefore(time)) {
          reports.add(file);
        }
      }
    }
    return reports;
  }

  private static boolean report(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith("TEST-")
        && name.endsWith(".xml")
        && path.getNameCount() > 1
        && path.getName(path.getNameCount() - 2).toString().contains("-reports");
  }

  private static void read(InputStream in, List<FailedRun> failed) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XMLStreamReader xml = factory.createXMLStreamReader(in);
    String test = "";
    while (xml.hasNext()) {
      if (xml.next() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      String element = xml.getLocalName();
      if (element.equals("testcase")) {
        String type = xml.getAttributeValue(null, "classname");
        test =
            type.substring(type.lastIndexOf('.') + 1) + "." + xml.getAttributeValue(null, "name");
      } else if (FAILURES.contains(element) || FLAKES.contains(element)) {
        failed.add(new FailedRun(test, FLAKES.contains(element), trace(xml)));
      }
    }
  }

  /**
   * The text of the element, or of the trace in it, where the runs of one test have more inside.
   */
  private static String trace(XMLStreamReader xml) throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int depth = 1;
    boolean counts = true;
    while (depth > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          counts = xml.getLocalName().equals("stackTrace");
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (counts) {
            text.append(xml.getText());
          }
        }
        default -> {} // comments
      }
    }
    return text.toString().strip().lines().limit(LINES).collect(Collectors.joining("\n"));
  }

  /**
   * One run of a test that failed.
   *
   * @param test its class and method
   * @param flake whether another run of it passed
   * @param trace the first lines of why
   */
  public record FailedRun(String test, boolean flake, String trace) {}
}

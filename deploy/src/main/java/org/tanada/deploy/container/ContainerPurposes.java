package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;

/**
 * The purposes of files that differ from those of the compose file: one more compose file in the
 * state directory has a service for each that was added, and what the topology says of the others.
 */
final class ContainerPurposes {
  private static final String EXAMPLE = "storage-service-invoices";
  private static final String CREDENTIALS = "TANADA_STORAGE_S3_CREDENTIALS";
  private static final String CREDENTIALS_INSIDE = "/run/s3-credentials";

  private final Home home;

  ContainerPurposes(Home home) {
    this.home = home;
  }

  /** That compose file, if the topology says more of purposes than the shipped one. */
  Optional<Path> file(Topology topology) throws IOException {
    Optional<String> more = override(topology);
    if (more.isEmpty()) {
      return Optional.empty();
    }
    Path written = home.directory().resolve("purposes.yml");
    StateFiles.write(written, more.get());
    return Optional.of(written);
  }

  /** What stands in it. */
  Optional<String> override(Topology topology) {
    StringBuilder services = new StringBuilder();
    StringBuilder volumes = new StringBuilder();
    StringBuilder saved = new StringBuilder();
    for (Tier tier : topology.tiers()) {
      Map<String, String> settings = new LinkedHashMap<>(topology.purposeSettings(tier.name()));
      boolean added = tier.kind() == Kind.STORAGE && !Purpose.shipped(tier.name());
      if (settings.isEmpty() && !added) {
        continue;
      }
      String mounts = "";
      String credentials = settings.get(CREDENTIALS);
      if (credentials != null) {
        settings.put(CREDENTIALS, CREDENTIALS_INSIDE);
        mounts = quoted(credentials + ":" + CREDENTIALS_INSIDE + ":ro");
      }
      services.append("  ").append(Containers.service(tier.name())).append(":\n");
      if (added) {
        String name = Purpose.name(tier.name());
        services.append(
            "    extends: {file: %s, service: %s}%n"
                .formatted(quoted(Clusters.composeFile(home).toString()), EXAMPLE));
        settings.put("TANADA_TIER", tier.name());
        settings.put("TANADA_STORAGE_PURPOSE", name);
        mounts = quoted("purpose-" + name + ":/data") + (mounts.isEmpty() ? "" : ", " + mounts);
        volumes.append("  purpose-").append(name).append(": {}\n");
        saved.append("      - purpose-%s:/state/nodes/%s:ro%n".formatted(name, tier.name()));
      }
      services.append("    environment:\n");
      settings.forEach(
          (key, value) -> services.append("      %s: %s%n".formatted(key, quoted(value))));
      if (!mounts.isEmpty()) {
        services.append("    volumes: [").append(mounts).append("]\n");
      }
    }
    if (services.isEmpty()) {
      return Optional.empty();
    }
    if (!saved.isEmpty()) {
      services.append("  backup:\n    volumes:\n").append(saved);
    }
    String head =
        "# Written by ./tanada: what the topology says of purposes of files.\nservices:\n";
    return Optional.of(
        head + services + (volumes.isEmpty() ? "" : "volumes:\n") + volumes.toString());
  }

  /** Where the nodes of added purposes are: what goes into the list of tiers, with a comma each. */
  static String tiers(Topology topology) {
    StringBuilder tiers = new StringBuilder();
    for (Tier tier : topology.tiers()) {
      if (tier.kind() == Kind.STORAGE && !Purpose.shipped(tier.name())) {
        tiers.append(
            " \"%s\": \"%s:9501\",".formatted(tier.name(), Containers.service(tier.name())));
      }
    }
    return tiers.toString();
  }

  /** As YAML and compose read it back: a dollar sign would be a variable. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "''").replace("$", "$$") + "'";
  }
}

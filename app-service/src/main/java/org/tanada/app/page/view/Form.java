package org.tanada.app.page.view;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.Problem;

/**
 * A form as it is shown: what stands in the fields, and what is wrong with them.
 *
 * @param values by field
 * @param errors by field
 * @param failure what is wrong as a whole, or null
 */
public record Form(
    Map<String, String> values, Map<String, String> errors, @Nullable String failure) {
  public Form {
    values = Map.copyOf(values);
    errors = Map.copyOf(errors);
  }

  /** A form without errors. */
  public static Form of(Map<String, String> values) {
    return new Form(values, Map.of(), null);
  }

  /** The same form with errors beside the fields; those of unknown fields join the failure. */
  public Form with(List<Problem.FieldError> fieldErrors, @Nullable String general) {
    Map<String, String> beside = new LinkedHashMap<>();
    String whole = general;
    for (Problem.FieldError error : fieldErrors) {
      String field = error.field().startsWith("price.") ? "price" : error.field();
      if (values.containsKey(field)) {
        beside.merge(field, sentence(error.message()), (a, b) -> a + " " + b);
      } else {
        String other = sentence(error.field() + " " + error.message());
        whole = whole == null ? other : whole + " " + other;
      }
    }
    return new Form(values, beside, whole);
  }

  /** The same form with one more field. */
  public Form and(String field, String value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(field, value);
    return new Form(more, errors, failure);
  }

  /** What stands in the field. */
  public String value(String field) {
    return values.getOrDefault(field, "");
  }

  /** What is wrong with the field, or null. */
  public @Nullable String error(String field) {
    return errors.get(field);
  }

  /** Whether anything is wrong. */
  public boolean wrong() {
    return failure != null || !errors.isEmpty();
  }

  private static String sentence(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String capital = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    return capital.endsWith(".") || capital.endsWith("!") || capital.endsWith("?")
        ? capital
        : capital + ".";
  }
}

package org.tanada.app.invoice;

import java.io.ByteArrayOutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfWriter;
import org.springframework.stereotype.Component;
import org.tanada.app.config.AppProperties;
import org.tanada.app.order.Order;
import org.tanada.app.user.UserRow;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Stored;

/** Lays an invoice out: one A4 page with mark, parties, number and date, the line and the total. */
@Component
final class InvoicePdf {
  private static final float MARGIN = 56;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final AppProperties properties;

  InvoicePdf(AppProperties properties) {
    this.properties = properties;
  }

  /**
   * The document.
   *
   * @param buyer null if the account has ended meanwhile
   * @param seller null if the account has ended meanwhile
   */
  byte[] write(
      Stored<Order> order, @Nullable Stored<UserRow> buyer, @Nullable Stored<UserRow> seller) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
    InvoiceType type = new InvoiceType();
    try (Document document = new Document(PageSize.A4, MARGIN, MARGIN, MARGIN, MARGIN)) {
      PdfWriter writer = PdfWriter.getInstance(document, bytes);
      document.addTitle("Invoice " + number(order));
      document.addAuthor("Tanada");
      document.addCreator("Tanada");
      document.addSubject(order.value().title());
      document.open();
      InvoiceMark.draw(writer.getDirectContent(), MARGIN, PageSize.A4.getHeight() - MARGIN - 26);
      document.add(head(type));
      document.add(parties(type, order, buyer, seller));
      document.add(lines(type, order));
      document.add(foot(type, order));
    }
    return bytes.toByteArray();
  }

  /** Number of an order's invoice: the year and the order's id, so that none is given twice. */
  static String number(Stored<Order> order) {
    return TanadaId.time(order.id()).atZone(ZoneOffset.UTC).getYear() + "-" + order.id();
  }

  private static Element head(InvoiceType type) {
    PdfPTable table = table(1, 1);
    PdfPCell name = cell(type.heading("Tanada"), Element.ALIGN_LEFT);
    name.setPaddingLeft(44);
    table.addCell(name);
    table.addCell(cell(type.heading("Invoice"), Element.ALIGN_RIGHT));
    table.setSpacingAfter(44);
    return table;
  }

  private static Element parties(
      InvoiceType type,
      Stored<Order> order,
      @Nullable Stored<UserRow> buyer,
      @Nullable Stored<UserRow> seller) {
    PdfPTable table = table(3, 3, 4);
    table.addCell(label(type, "From"));
    table.addCell(label(type, "To"));
    table.addCell(label(type, "Details"));
    table.addCell(party(type, seller, order.value().sellerId(), false));
    table.addCell(party(type, buyer, order.owner(), true));
    PdfPCell details = cell(null, Element.ALIGN_LEFT);
    details.addElement(paragraph(15, type.text("No. " + number(order))));
    details.addElement(paragraph(15, type.text("Date " + DATE.format(order.createdAt()))));
    details.addElement(paragraph(15, type.text("Paid in full")));
    table.addCell(details);
    table.setSpacingAfter(40);
    return table;
  }

  private static PdfPCell party(
      InvoiceType type, @Nullable Stored<UserRow> user, long id, boolean withAddress) {
    PdfPCell cell = cell(null, Element.ALIGN_LEFT);
    if (user == null) {
      cell.addElement(paragraph(15, type.text("Former member " + id)));
      return cell;
    }
    cell.addElement(paragraph(15, type.strong(user.value().displayName())));
    cell.addElement(paragraph(15, type.text("@" + user.value().username())));
    if (withAddress) {
      cell.addElement(paragraph(15, type.text(user.value().email())));
    }
    return cell;
  }

  private static Element lines(InvoiceType type, Stored<Order> order) {
    String amount = order.value().price().text();
    PdfPTable table = table(6, 1, 2);
    table.addCell(ruled(label(type, "Description")));
    table.addCell(ruled(right(label(type, "Quantity"))));
    table.addCell(ruled(right(label(type, "Amount"))));
    PdfPCell what = cell(null, Element.ALIGN_LEFT);
    what.addElement(paragraph(15, type.strong(order.value().title())));
    what.addElement(
        paragraph(14, type.small("Video " + order.value().videoId() + ", unlimited viewing")));
    table.addCell(ruled(padded(what)));
    table.addCell(ruled(padded(cell(type.text("1"), Element.ALIGN_RIGHT))));
    table.addCell(ruled(padded(cell(type.text(amount), Element.ALIGN_RIGHT))));
    PdfPCell total = padded(cell(type.strong("Total"), Element.ALIGN_RIGHT));
    total.setColspan(2);
    table.addCell(total);
    table.addCell(padded(cell(type.strong(amount), Element.ALIGN_RIGHT)));
    table.setSpacingAfter(56);
    return table;
  }

  private Element foot(InvoiceType type, Stored<Order> order) {
    String note =
        "Order "
            + order.id()
            + ". No tax is included. Watch it at "
            + properties.publicUrl()
            + "/videos/"
            + order.value().videoId()
            + ". Thank you.";
    return paragraph(14, type.small(note));
  }

  private static Paragraph paragraph(float leading, Phrase phrase) {
    Paragraph paragraph = new Paragraph(phrase);
    paragraph.setLeading(leading);
    return paragraph;
  }

  private static PdfPTable table(float... widths) {
    PdfPTable table = new PdfPTable(widths);
    table.setWidthPercentage(100);
    return table;
  }

  private static PdfPCell label(InvoiceType type, String text) {
    PdfPCell cell = cell(type.label(text), Element.ALIGN_LEFT);
    cell.setPaddingBottom(7);
    return cell;
  }

  private static PdfPCell cell(@Nullable Phrase phrase, int alignment) {
    PdfPCell cell = phrase == null ? new PdfPCell() : new PdfPCell(phrase);
    cell.setBorder(Rectangle.NO_BORDER);
    cell.setHorizontalAlignment(alignment);
    cell.setPaddingLeft(0);
    cell.setPaddingRight(0);
    return cell;
  }

  private static PdfPCell right(PdfPCell cell) {
    cell.setHorizontalAlignment(Element.ALIGN_RIGHT);
    return cell;
  }

  private static PdfPCell padded(PdfPCell cell) {
    cell.setPaddingTop(10);
    cell.setPaddingBottom(10);
    return cell;
  }

  private static PdfPCell ruled(PdfPCell cell) {
    cell.setBorder(Rectangle.BOTTOM);
    cell.setBorderWidth(0.6f);
    cell.setBorderColor(InvoiceType.RULE);
    return cell;
  }
}

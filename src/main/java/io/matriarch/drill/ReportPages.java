package io.matriarch.drill;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.librepdf.openpdf.fonts.Liberation;
import org.openpdf.text.Chunk;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.Font;
import org.openpdf.text.HeaderFooter;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfWriter;

/** Pages of a report: headings, facts and tables, with the number of each page at its foot. */
final class ReportPages implements AutoCloseable {

  private static final float MARGIN = 40;

  /** So much room a title needs, so that it does not stand alone at the foot of a page. */
  private static final float SECTION = 170;

  private static final Color LINE = new Color(0xD0, 0xD5, 0xDD);
  private static final Color HEAD = new Color(0xF1, 0xF4, 0xF8);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private final Document document =
      new Document(PageSize.A4.rotate(), MARGIN, MARGIN, MARGIN, MARGIN);
  private final PdfWriter writer;
  private final Font plain;
  private final Font bold;
  private final Font large;
  private final Font small;

  ReportPages(OutputStream out, String title) {
    try {
      plain = font(Liberation.SANS, 9);
      small = font(Liberation.SANS, 8);
      bold = font(Liberation.SANS_BOLD, 9);
      large = font(Liberation.SANS_BOLD, 16);
      writer = PdfWriter.getInstance(document, out);
    } catch (IOException e) {
      throw new UncheckedIOException("the fonts of the report cannot be read from our own jar", e);
    }
    document.addTitle(title);
    document.addCreator("Matriarch");
    HeaderFooter foot = new HeaderFooter(new Phrase(title + " · page ", small), true);
    foot.setBorder(Rectangle.NO_BORDER);
    foot.setAlignment(Element.ALIGN_RIGHT);
    document.setFooter(foot);
    document.open();
  }

  private static Font font(Liberation face, float size) throws IOException {
    Font font = face.create();
    font.setSize(size);
    return font;
  }

  static String time(Instant at) {
    return TIME.format(at);
  }

  void heading(String text) {
    Paragraph paragraph = new Paragraph(text, large);
    paragraph.setSpacingAfter(10);
    document.add(paragraph);
  }

  void section(String text) {
    if (writer.getVerticalPosition(true) < SECTION) {
      document.newPage();
    }
    Paragraph paragraph = new Paragraph(printable(text), bold);
    paragraph.setSpacingBefore(16);
    paragraph.setSpacingAfter(4);
    document.add(paragraph);
  }

  void fact(String name, String value) {
    Paragraph paragraph = new Paragraph();
    paragraph.add(new Chunk(name + "  ", bold));
    paragraph.add(new Chunk(printable(value), plain));
    paragraph.setSpacingAfter(2);
    document.add(paragraph);
  }

  void note(String text) {
    Paragraph paragraph = new Paragraph(text, small);
    paragraph.setSpacingBefore(4);
    document.add(paragraph);
  }

  /**
   * @param widths of the columns, relative to each other
   */
  void table(List<String> headers, float[] widths, List<List<String>> rows) {
    PdfPTable table = new PdfPTable(widths);
    table.setWidthPercentage(100);
    table.setSpacingBefore(6);
    table.setHeaderRows(1);
    headers.forEach(header -> table.addCell(cell(header, bold, HEAD)));
    for (List<String> row : rows) {
      row.forEach(text -> table.addCell(cell(printable(text), small, Color.WHITE)));
    }
    document.add(table);
  }

  private static PdfPCell cell(String text, Font font, Color background) {
    PdfPCell cell = new PdfPCell(new Phrase(text, font));
    cell.setBorder(Rectangle.BOTTOM);
    cell.setBorderColor(LINE);
    cell.setBackgroundColor(background);
    cell.setPadding(3);
    return cell;
  }

  /** Names come from other people's servers: nothing of them moves the text about. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", " ");
  }

  @Override
  public void close() {
    document.close();
  }
}

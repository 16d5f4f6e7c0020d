package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealsTest {

  private static final Secret SECRET = Secret.of("correct horse \u00e9 battery");

  private final TestDatabase database = TestDatabase.fresh();
  @TempDir private Path directory;

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private Seals seals() {
    return new Seals(database.jdbc(), directory);
  }

  private Path file() {
    return directory.resolve("secrets/seal-key");
  }

  @Test
  void what_was_sealed_opens_in_its_place_after_a_restart() throws Exception {
    Sealed sealed = seals().seal(SECRET, "t", 7, "c");

    assertThat(seals().open(sealed, "t", 7, "c")).isEqualTo(SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("r--------");
    assertThat(sealed.toString()).isEqualTo("***");
    assertThat(sealed.text()).doesNotContain("horse");
    assertThat(seals().seal(SECRET, "t", 7, "c").text())
        .as("a new nonce each time")
        .isNotEqualTo(sealed.text());
  }

  @Test
  void in_another_row_table_or_column_it_does_not_open() {
    Seals seals = seals();
    Sealed sealed = seals.seal(SECRET, "t", 7, "c");

    assertThatThrownBy(() -> seals.open(sealed, "t", 8, "c")).isInstanceOf(SealBroken.class);
    assertThatThrownBy(() -> seals.open(sealed, "u", 7, "c")).isInstanceOf(SealBroken.class);
    assertThatThrownBy(() -> seals.open(sealed, "t", 7, "d"))
        .isInstanceOf(SealBroken.class)
        .hasMessageContaining("t 7 d")
        .hasMessageContaining("altered, or belongs elsewhere");
  }

  @Test
  void no_bit_can_be_turned() {
    Seals seals = seals();
    Sealed sealed = seals.seal(SECRET, "t", 7, "c");
    byte[] content = Base64.getUrlDecoder().decode(sealed.content());
    for (int bit = 0; bit < content.length * 8; bit++) {
      byte[] altered = content.clone();
      altered[bit / 8] ^= (byte) (1 << (bit % 8));
      Sealed broken =
          new Sealed(
              sealed.keyId()
                  + "."
                  + Base64.getUrlEncoder().withoutPadding().encodeToString(altered));
      assertThatThrownBy(() -> seals.open(broken, "t", 7, "c"))
          .as("bit %d", bit)
          .isInstanceOf(SealBroken.class);
    }
  }

  @Test
  void without_its_key_file_a_console_says_what_to_restore_and_makes_no_other_key()
      throws Exception {
    Sealed sealed = seals().seal(SECRET, "t", 7, "c");
    Path kept = directory.resolve("kept");
    Files.move(file(), kept);
    Seals without = seals();

    for (Runnable use :
        java.util.List.<Runnable>of(
            () -> without.open(sealed, "t", 7, "c"), () -> without.seal(SECRET, "t", 7, "c"))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(SealBroken.class)
          .hasMessageContaining(file() + " is missing")
          .hasMessageContaining(sealed.keyId())
          .hasMessageContaining("Restore the file from its backup with mode 0400");
    }
    assertThat(file()).doesNotExist();

    Files.move(kept, file());
    assertThat(without.open(sealed, "t", 7, "c")).as("no restart needed").isEqualTo(SECRET);
  }

  @Test
  void another_key_is_refused_and_a_new_one_needs_the_old_to_be_given_up() throws Exception {
    Sealed sealed = seals().seal(SECRET, "t", 7, "c");
    Files.delete(file());
    SealKey other = SealKey.create(file());

    assertThatThrownBy(() -> seals().seal(SECRET, "t", 7, "c"))
        .isInstanceOf(SealBroken.class)
        .hasMessageContaining("holds key " + other.id());

    database.jdbc().sql("delete from matriarch.seal_key").update();
    Seals fresh = seals();
    assertThat(fresh.open(fresh.seal(SECRET, "t", 7, "c"), "t", 7, "c")).isEqualTo(SECRET);
    assertThatThrownBy(() -> fresh.open(sealed, "t", 7, "c"))
        .isInstanceOf(SealBroken.class)
        .hasMessageContaining("needs key " + sealed.keyId());
  }
}

package io.matriarch.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameServerTest {

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "192.0.2.1:5353", "ns1.example.com", "[2001:db8::1]:5353"})
  void what_is_read_is_written_the_same_way(String text) {
    assertThat(NameServer.parse(text)).hasToString(text);
  }

  @Test
  void a_bare_ipv6_address_needs_no_brackets() {
    assertThat(NameServer.parse("2001:db8::1")).hasToString("[2001:db8::1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "ns1:0", "ns1:99999", "-x", "ns1:53:53", "ns1\n"})
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> NameServer.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_record_is_in_its_zone() {
    assertThatThrownBy(() -> new RecordName("example.com", "db.example.org", RecordType.A))
        .hasMessageContaining("not in zone");
    assertThatThrownBy(() -> new RecordName("example.com", "notexample.com", RecordType.A))
        .hasMessageContaining("not in zone");
    assertThat(new RecordName("Example.com.", "DB.example.com.", RecordType.A))
        .hasToString("db.example.com A");
  }

  @Test
  void a_key_prints_without_its_secret() {
    assertThat(new TsigKey("k", "HMAC-SHA256", "c2VjcmV0")).hasToString("key k (hmac-sha256, ***)");
  }
}

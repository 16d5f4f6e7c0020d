package io.matriarch.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {

  private final AddressRule rule = new AddressRule(InetAddress::getAllByName);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "2852039166",
        "0.0.0.0",
        "224.0.0.1",
        "[fe80::1]",
        "[::]",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[::169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "[fd00:ec2::254]"
      })
  void what_only_this_host_or_its_cloud_answers_at_is_refused(String host) {
    assertThat(rule.refusal(host))
        .hasValueSatisfying(why -> assertThat(why).contains("link-local"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "[::1]",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "[fd12::1]",
        "192.0.2.1"
      })
  void tools_of_ones_own_are_reached(String host) {
    assertThat(rule.refusal(host)).isEmpty();
  }

  @Test
  void one_bad_address_of_several_is_enough() {
    AddressRule mixed =
        new AddressRule(
            host ->
                new InetAddress[] {
                  InetAddress.getByName("192.0.2.1"), InetAddress.getByName("169.254.1.1")
                });

    assertThat(mixed.refusal("alerts.example.com"))
        .hasValueSatisfying(why -> assertThat(why).contains("alerts.example.com (169.254.1.1)"));
  }

  @Test
  void a_name_that_nobody_knows_is_refused() {
    AddressRule nothing =
        new AddressRule(
            host -> {
              throw new UnknownHostException(host);
            });

    assertThat(nothing.refusal("alerts.example.com"))
        .contains("alerts.example.com is not known to the resolver");
  }
}

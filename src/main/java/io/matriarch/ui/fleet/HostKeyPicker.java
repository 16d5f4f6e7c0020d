package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.checkbox.CheckboxGroup;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import io.matriarch.discovery.ServerCheck;
import io.matriarch.remote.HostKey;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Scans the host keys of an address and lets a person confirm the fingerprints they compared. */
final class HostKeyPicker extends Div {

  private final transient ServerCheck trial;
  private final transient Supplier<String> address;
  private final transient IntSupplier port;
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final CheckboxGroup<String> keys = new CheckboxGroup<>();
  private final Span message = new Span();

  HostKeyPicker(ServerCheck trial, Supplier<String> address, IntSupplier port) {
    this.trial = trial;
    this.address = address;
    this.port = port;
    addClassName("keypicker");
    Span hint =
        new Span(
            "Scan shows the keys that answer at this address. Compare a fingerprint with what ssh-keygen -lf"
                + " /etc/ssh/ssh_host_ed25519_key.pub prints on the server itself, then tick it.");
    hint.addClassName("mute");
    keys.setItemLabelGenerator(key -> labels.getOrDefault(key, key));
    keys.setAriaLabel("Host keys that I compared");
    keys.setVisible(false);
    message.getElement().setAttribute("role", "status");
    add(hint, new Button("Scan host keys", click -> scan()), message, keys);
  }

  void pinned(List<String> lines) {
    lines.forEach(line -> labels.put(line, label(line, "pinned")));
    show(Set.copyOf(lines));
  }

  List<String> chosen() {
    return List.copyOf(keys.getValue());
  }

  private void scan() {
    message.setText("");
    Set<String> chosen = new LinkedHashSet<>(keys.getValue());
    try {
      for (HostKey key : trial.scan(address.get(), port.getAsInt())) {
        labels.merge(key.openSsh(), label(key.openSsh(), "new"), (old, fresh) -> old);
      }
      show(chosen);
    } catch (IOException | IllegalArgumentException e) {
      message.setText(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(Set<String> chosen) {
    keys.setItems(labels.keySet());
    keys.setValue(chosen);
    keys.setVisible(!labels.isEmpty());
  }

  private static String label(String line, String what) {
    try {
      HostKey key = HostKey.parse(line);
      return key.type() + "  " + key.fingerprint() + "  (" + what + ")";
    } catch (IllegalArgumentException e) {
      return line;
    }
  }
}

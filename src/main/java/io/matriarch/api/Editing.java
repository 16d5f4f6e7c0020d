package io.matriarch.api;

import io.matriarch.inventory.Creation;
import io.matriarch.inventory.Editable;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Role;
import java.net.URI;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * Showing, creating, changing and deleting one kind of entry by REST: bodies are read strictly, a
 * refused one is audited, and nobody's change is overwritten unread.
 *
 * @param <B> what people write
 * @param <D> what the inventory takes
 * @param <J> what is answered
 */
final class Editing<B, D extends Record, J> {

  private final Guard guard;
  private final Kind kind;
  private final Class<B> bodies;
  private final Editable<D> entries;
  private final LongFunction<J> shown;
  private final ToIntFunction<J> version;

  /**
   * What is edited.
   *
   * @param word begins the names of its audit events
   * @param name what people call it
   * @param path of the entries, with a slash at its end
   * @param role that may edit it
   */
  record Kind(String word, String name, String path, Role role) {}

  Editing(
      Guard guard,
      Kind kind,
      Class<B> bodies,
      Editable<D> entries,
      LongFunction<J> shown,
      ToIntFunction<J> version) {
    this.guard = guard;
    this.kind = kind;
    this.bodies = bodies;
    this.entries = entries;
    this.shown = shown;
    this.version = version;
  }

  ResponseEntity<J> show(long id) {
    return tagged(ResponseEntity.ok(), shown.apply(id));
  }

  /** The entry with what of it is edited. */
  Versioned<D> find(long id) {
    return entries.find(id).orElseThrow(() -> new NotFound(kind.name(), id));
  }

  /**
   * @param fields names of the draft's fields that the body gave
   */
  ResponseEntity<J> create(
      byte[] json, Function<Given<B>, D> draft, Function<Given<B>, Set<String>> fields) {
    Creation made = make(json, draft, fields);
    return created(made, shown.apply(made.id()));
  }

  Creation make(byte[] json, Function<Given<B>, D> draft, Function<Given<B>, Set<String>> fields) {
    record Read<R>(R draft, Set<String> fields) {}
    Read<D> read =
        guard.read(
            kind.role(),
            kind.word() + ".create",
            "?",
            () -> {
              Given<B> given = Given.read(json, bodies);
              return new Read<>(draft.apply(given), fields.apply(given));
            });
    return entries.create(read.draft(), read.fields());
  }

  ResponseEntity<J> created(Creation made, J answer) {
    return tagged(
        made.isNew()
            ? ResponseEntity.created(URI.create(kind.path() + made.id()))
            : ResponseEntity.ok(),
        answer);
  }

  /**
   * @param over the draft with what the body names put over it
   */
  ResponseEntity<J> change(
      long id, @Nullable String ifMatch, byte[] json, BiFunction<Given<B>, D, D> over) {
    record Edit<R>(int version, R draft) {}
    Edit<D> edit =
        guard.read(
            kind.role(),
            kind.word() + ".update",
            kind.word() + " " + id,
            () -> {
              Versioned<D> now = find(id);
              int edited = Versions.edited(ifMatch, now.version());
              return new Edit<>(edited, over.apply(Given.read(json, bodies), now.content()));
            });
    entries.update(id, edit.version(), edit.draft());
    return show(id);
  }

  ResponseEntity<Void> delete(long id, @Nullable String ifMatch) {
    int edited =
        guard.read(
            kind.role(),
            kind.word() + ".delete",
            kind.word() + " " + id,
            () -> Versions.edited(ifMatch, find(id).version()));
    entries.delete(id, edited);
    return ResponseEntity.noContent().build();
  }

  private ResponseEntity<J> tagged(ResponseEntity.BodyBuilder answer, J body) {
    return answer.eTag(Versions.etag(version.applyAsInt(body))).body(body);
  }
}

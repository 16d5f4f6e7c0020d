package io.matriarch.inventory;

import java.util.Optional;
import java.util.Set;

/**
 * A kind of entry that people edit. Each edit is authorised and in the audit trail, allowed or not.
 *
 * @param <D> what of an entry is edited
 */
public interface Editable<D extends Record> {

  Optional<Versioned<D>> find(long id);

  /**
   * Makes it, or returns the one that has this name and, in the given fields, this content.
   *
   * @param given names of the draft's fields that must agree with those of an existing one
   */
  Creation create(D draft, Set<String> given);

  /**
   * @param version that the edit was made on
   * @throws LostUpdate if somebody else changed it since
   */
  void update(long id, int version, D draft);

  /**
   * @throws LostUpdate if somebody else changed it since
   * @throws HasChildren if others depend on it
   */
  void delete(long id, int version);
}

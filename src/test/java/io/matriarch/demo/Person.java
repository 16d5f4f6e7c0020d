package io.matriarch.demo;

import java.util.List;

/** Somebody of the demo's directory; the group of a role is the role's name and an s. */
record Person(String name, String fullName, String role) {

  static final List<Person> ALL =
      List.of(
          new Person("vera", "Vera Viewer", "viewer"),
          new Person("otto", "Otto Operator", "operator"),
          new Person("dora", "Dora Dba", "dba"),
          new Person("ada", "Ada Admin", "admin"));

  String group() {
    return role + "s";
  }
}

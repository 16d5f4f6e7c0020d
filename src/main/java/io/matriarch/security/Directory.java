package io.matriarch.security;

/** The directory of people: says which role a name with a password has. */
interface Directory {

  /**
   * @throws SignInRefused if the password is wrong, the person has no role, or nobody answers
   */
  Role roleOf(String name, Secret password);
}

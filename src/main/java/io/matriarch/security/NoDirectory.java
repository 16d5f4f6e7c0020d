package io.matriarch.security;

/** Stands in while no directory is configured: only break-glass lets in. */
record NoDirectory() implements Directory {

  @Override
  public Role roleOf(String name, Secret password) {
    throw new SignInRefused(
        SignInRefused.Reason.DIRECTORY_UNREACHABLE,
        "No directory is configured (matriarch.ldap.url). Sign in as "
            + BreakGlass.NAME
            + " with the secret from the console's host.");
  }
}

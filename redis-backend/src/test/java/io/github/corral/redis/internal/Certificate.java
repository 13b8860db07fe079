package io.github.corral.redis.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that a test makes for the address of its own servers, in the forms that Redis and
 * Java read.
 *
 * @param chain the certificate, for Redis
 * @param key its private key, for Redis
 * @param store both, for Java
 */
record Certificate(Path chain, Path key, Path store) {

  static final String PASSWORD = "changeit";

  /** Makes one by the JDK's own tool, as the JDK has no other public way. */
  static Certificate in(Path folder) {
    Path store = folder.resolve("store.p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "redis",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=IP:" + RealRedis.HOST,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    try {
      Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(tool.getInputStream().readAllBytes(), US_ASCII);
      if (tool.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
      return exported(store, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate exported(Path file, Path folder)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    byte[] key = store.getKey("redis", PASSWORD.toCharArray()).getEncoded();
    byte[] chain = store.getCertificate("redis").getEncoded();
    return new Certificate(
        written(folder.resolve("redis.crt"), "CERTIFICATE", chain),
        written(folder.resolve("redis.key"), "PRIVATE KEY", key),
        file);
  }

  private static Path written(Path file, String label, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
  }
}

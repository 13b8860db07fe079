package io.github.corral.demo.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends a server and removes its directory as soon as this process is gone, however it went: SIGKILL
 * included.
 *
 * <p>The guard is a shell that reads from a pipe whose other end only this process holds. The
 * kernel closes that end when the process dies, the shell's read ends, and the shell ends the
 * server named by the pid file, after it has made sure that this process id still belongs to a
 * command that names the directory. {@link #close()} ends the guard the same way, after the server
 * has been stopped.
 *
 * <p>The guard is started before the server, so that no moment is left unguarded. What it cannot
 * survive is being killed itself in the same instant as this process.
 */
final class ServerGuard implements AutoCloseable {

  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      dir=$1 pidfile=$2 signal=$3
      read -r word
      [ "$word" = released ] && pending= || pending='1 2 3 4 5 6 7 8 9 10'
      for i in $pending; do
        pid=$(head -n 1 "$pidfile" 2>/dev/null)
        [ -n "$pid" ] && break
        sleep 0.2
      done
      command=$(tr '\\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null || ps -o args= -p "$pid" 2>/dev/null)
      case "$command" in
        *"$dir"*) kill -s "$signal" "$pid" ;;
      esac
      for i in 1 2 3 4 5; do
        rm -rf "$dir" 2>/dev/null && break
        sleep 0.2
      done
      """;

  private final Process shell;

  private ServerGuard(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts guarding.
   *
   * @param directory the server's own directory; part of its command line; removed in the end
   * @param pidFile the file whose first line is the server's process id once it runs
   * @param signal what ends the server at once, without the prefix SIG
   */
  static ServerGuard over(Path directory, Path pidFile, String signal) {
    List<String> command =
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "corral-demo-guard",
            directory.toString(),
            pidFile.toString(),
            signal);
    try {
      return new ServerGuard(
          new ProcessBuilder(ServerProcess.inOwnSession(command))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the shell that guards " + directory, e);
    }
  }

  /** Ends the guard; a server that still runs is ended too, and the directory is removed. */
  @Override
  public void close() {
    try (Writer pipe = shell.outputWriter(US_ASCII)) {
      pipe.write("released\n");
    } catch (IOException e) {
      // The shell is gone already: there is nobody left to tell.
    }
    try {
      if (!shell.waitFor(5, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

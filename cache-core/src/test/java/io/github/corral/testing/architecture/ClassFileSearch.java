package io.github.corral.testing.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Searches class files for what is {@link Forbidden}: calls, method references to them, {@code
 * monitorenter} instructions and methods declared {@code synchronized}.
 *
 * <p>For one thread.
 */
public final class ClassFileSearch {

  private static final int API = Opcodes.ASM9;

  private final Set<Forbidden> forbidden;
  private final List<String> findings = new ArrayList<>();

  private ClassFileSearch(Set<Forbidden> forbidden) {
    this.forbidden = forbidden;
  }

  /**
   * Where {@code classes} contain what is {@code forbidden}.
   *
   * @return one line for each place, such as {@code a.b.C.method: WALL_CLOCK
   *     java.time.Instant.now}; empty when there is none
   */
  public static List<String> findings(ModuleClasses classes, Forbidden... forbidden) {
    ClassFileSearch search = new ClassFileSearch(EnumSet.noneOf(Forbidden.class));
    search.forbidden.addAll(List.of(forbidden));
    classes.files().forEach(search::read);
    return List.copyOf(search.findings);
  }

  private void read(Path file) {
    try {
      new ClassReader(Files.readAllBytes(file)).accept(new InClass(), ClassReader.SKIP_DEBUG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void call(String place, String owner, String name, String descriptor) {
    for (Forbidden what : forbidden) {
      if (what.isCall(owner, name, descriptor)) {
        findings.add(place + ": " + what + " " + owner.replace('/', '.') + "." + name);
      }
    }
  }

  private void monitor(String place, String how) {
    for (Forbidden what : forbidden) {
      if (what.isMonitor()) {
        findings.add(place + ": " + what + " " + how);
      }
    }
  }

  private final class InClass extends ClassVisitor {

    private String className = "";

    InClass() {
      super(API);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      className = name.replace('/', '.');
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      String place = className + "." + name;
      if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
        monitor(place, "synchronized method");
      }
      return new InMethod(place);
    }
  }

  private final class InMethod extends MethodVisitor {

    private final String place;

    InMethod(String place) {
      super(API);
      this.place = place;
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.MONITORENTER) {
        monitor(place, "monitorenter");
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      call(place, owner, name, descriptor);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      for (Object argument : arguments) {
        if (argument instanceof Handle reference) {
          call(place, reference.getOwner(), reference.getName(), reference.getDesc());
        }
      }
    }
  }
}

package io.github.corral.testing.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/**
 * Keeps what runs out of sight of what is called, tuned and implemented: a class of {@code
 * internal} is named only inside its module's {@code internal} package, and by the module's doors.
 *
 * <p>Doors are the classes of the root package whose name ends with {@code Builder}, and those that
 * a module names, each with its nested classes. Another module's {@code internal} has no door.
 */
public final class InternalPackages {

  private static final String PROJECT = "io.github.corral";

  private final String rootPackage;
  private final Set<String> doors;

  private InternalPackages(String rootPackage, Set<String> doors) {
    this.rootPackage = rootPackage;
    this.doors = doors;
  }

  /** The rule for the module of {@code rootPackage}, with the simple names of its further doors. */
  public static ArchRule areNamedOnlyByThemselvesAndDoorsOf(String rootPackage, String... doors) {
    InternalPackages packages = new InternalPackages(rootPackage, Set.of(doors));
    return classes().should(packages.new Stay());
  }

  private boolean mayName(JavaClass user, JavaClass internal) {
    return isIn(internal, rootPackage + ".internal")
        && (isIn(user, rootPackage + ".internal") || isDoor(user));
  }

  private boolean isDoor(JavaClass candidate) {
    String outermost = outermostSimpleName(candidate);
    return candidate.getPackageName().equals(rootPackage)
        && (outermost.endsWith("Builder") || doors.contains(outermost));
  }

  private static String outermostSimpleName(JavaClass nested) {
    String name = nested.getName().substring(nested.getPackageName().length() + 1);
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }

  private static boolean isInternal(JavaClass target) {
    return isIn(target, PROJECT) && (target.getPackageName() + ".").contains(".internal.");
  }

  private static boolean isIn(JavaClass candidate, String packageName) {
    return (candidate.getPackageName() + ".").startsWith(packageName + ".");
  }

  private final class Stay extends ArchCondition<JavaClass> {

    Stay() {
      super("name internal classes only from inside, or through a door of %s", rootPackage);
    }

    @Override
    public void check(JavaClass user, ConditionEvents events) {
      for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isInternal(target) && !mayName(user, target)) {
          events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
        }
      }
    }
  }
}

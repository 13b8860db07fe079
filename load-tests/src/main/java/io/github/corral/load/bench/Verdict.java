package io.github.corral.load.bench;

/** Whether a figure is within its limit. */
enum Verdict {
  MET("met"),
  MISSED("MISSED"),
  NOT_MEASURABLE("not measurable on this machine");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  static Verdict of(boolean met) {
    return met ? MET : MISSED;
  }

  @Override
  public String toString() {
    return words;
  }
}

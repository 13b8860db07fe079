package io.github.corral.architecture.sample.bytecode;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Reads a wall clock in each method. */
final class WallClocks {

  long currentTimeMillis() {
    return System.currentTimeMillis();
  }

  Instant instant() {
    return Instant.now();
  }

  LocalDateTime localDateTime() {
    return LocalDateTime.now();
  }

  ZonedDateTime zonedDateTime() {
    return ZonedDateTime.now(ZoneId.of("Europe/Paris"));
  }

  LocalDate chronology() {
    return IsoChronology.INSTANCE.dateNow();
  }

  Clock system() {
    return Clock.system(ZoneOffset.UTC);
  }

  Clock systemUtc() {
    return Clock.systemUTC();
  }

  Clock systemDefaultZone() {
    return Clock.systemDefaultZone();
  }

  Clock tickMillis() {
    return Clock.tickMillis(ZoneOffset.UTC);
  }

  Clock tickSeconds() {
    return Clock.tickSeconds(ZoneOffset.UTC);
  }

  Clock tickMinutes() {
    return Clock.tickMinutes(ZoneOffset.UTC);
  }

  InstantSource instantSource() {
    return InstantSource.system();
  }

  Date date() {
    return new Date();
  }

  Calendar calendar() {
    return Calendar.getInstance();
  }

  Calendar gregorianCalendar() {
    return new GregorianCalendar();
  }

  Supplier<Instant> methodReference() {
    return Instant::now;
  }

  Supplier<Date> constructorReference() {
    return Date::new;
  }

  LongSupplier insideLambda() {
    return () -> System.currentTimeMillis();
  }
}

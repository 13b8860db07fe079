package io.github.corral.demo.data;

import java.util.Locale;

/**
 * One table's rows as a statement over a span of ids. The salts, the first argument of {@code
 * throw_die}, are the seed: a row depends on them and on its id alone, not on the spans.
 */
enum GeneratedTable {
  AUTHORS(
      """
      insert into authors (id, name, joined_at)
      select i,
        (array['Ada', 'Alan', 'Barbara', 'Claude', 'Dennis', 'Donald', 'Edsger', 'Frances', 'Grace', 'Hedy',
               'Ivan', 'Jean', 'John', 'Katherine', 'Ken', 'Leslie', 'Linus', 'Margaret', 'Niklaus', 'Radia',
               'Rebecca', 'Sophie', 'Tim', 'Tony'])[1 + throw_die(1, i, 24)]
        || ' ' ||
        (array['Allen', 'Backus', 'Borg', 'Dijkstra', 'Engelbart', 'Floyd', 'Goldberg', 'Hamilton', 'Hoare',
               'Holberton', 'Hopper', 'Johnson', 'Kay', 'Knuth', 'Lamport', 'Liskov', 'Lovelace', 'McCarthy',
               'Naur', 'Perlman', 'Ritchie', 'Shannon', 'Thompson', 'Torvalds', 'Turing', 'Wilson',
               'Wirth'])[1 + throw_die(2, i, 27)],
        timestamptz '2020-01-01 00:00:00Z' + throw_die(3, i, 157680000) * interval '1 second'
      from generate_series(:first, :last) as i
      """),
  POSTS(
      """
      insert into posts (id, author_id, body, posted_at)
      select i,
        1 + throw_die(4, i, :authors) * throw_die(5, i, :authors) / :authors,
        (array['Reading', 'Writing', 'Measuring', 'Deleting', 'Debugging', 'Profiling', 'Explaining', 'Drawing',
               'Counting', 'Caching'])[1 + throw_die(6, i, 10)]
        || ' ' ||
        (array['a slow query', 'an old index', 'the new schema', 'somebody''s patch', 'a flaky test',
               'the front page', 'a stampede', 'one more lock', 'the release notes',
               'an empty cache'])[1 + throw_die(7, i, 10)]
        || ' ' ||
        (array['before breakfast', 'for the third time', 'with a colleague', 'on a train', 'and learning a lot',
               'without any luck', 'until it worked', 'because nobody else would', 'in the rain',
               'just for fun'])[1 + throw_die(8, i, 10)]
        || '.',
        timestamptz '2025-01-01 00:00:00Z' + i * interval '150 seconds' + throw_die(9, i, 100) * interval '1 second'
      from generate_series(:first, :last) as i
      """),
  ORDERS(
      """
      insert into orders (id, author_id, amount_cents, placed_at)
      select i,
        1 + throw_die(10, i, :authors) * throw_die(11, i, :authors) / :authors,
        100 + throw_die(12, i, 25000),
        timestamptz '2025-01-01 00:00:00Z' + i * interval '200 seconds'
      from generate_series(:first, :last) as i
      """);

  private final String insert;

  GeneratedTable(String insert) {
    this.insert = insert;
  }

  /** Named parameters: first and last id, both inclusive, and the number of authors. */
  String insert() {
    return insert;
  }

  /** Ids were given, so the identity column must be told where they ended. */
  String continueIds() {
    String table = name().toLowerCase(Locale.ROOT);
    return "select setval(pg_get_serial_sequence('%s', 'id'), (select max(id) from %s))"
        .formatted(table, table);
  }
}

package io.github.corral.redis.histories;

import io.github.corral.redis.histories.Source.Word;
import java.nio.charset.StandardCharsets;

/**
 * What goes wrong in a run. Each is over when {@link #inject} returns, but for its tails: the times
 * that the library may take to connect again after it.
 */
enum Fault {
  /** A worker stands still, as a rule beyond the lease of what it loads. */
  WORKER_STOPPED(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      lab.whenLoading(slot, () -> lab.worker(slot).stop());
      Waits.millis(lab.random().nextLong(Kind.LEASE_MILLIS + 300, 4_500));
      lab.worker(slot).resume();
    }
  },
  /** A worker dies while it loads, and another takes its place. */
  KILLED_IN_LOAD(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      lab.whenLoading(slot, () -> lab.kill(slot));
      Waits.millis(300);
      lab.startWorker(slot);
    }
  },
  /** A worker dies after it has written the source, within its write window. */
  KILLED_IN_WRITE(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      Source source = lab.source();
      source.set(Word.DOOMED, slot, 0);
      source.set(Word.TO_DOOM, slot, (1L << lab.fleets()) - 1);
      Waits.until(() -> source.get(Word.DOOMED, slot) >= lab.fleets(), 1_000);
      lab.kill(slot);
      source.set(Word.TO_DOOM, slot, 0);
      lab.startWorker(slot);
    }
  },
  CONNECTIONS_CUT(Reach.WORKER) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).cut();
    }
  },
  /** Connections stay open, but nothing comes over them any longer. */
  HALF_OPEN(Reach.WORKER) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).silence();
      Waits.millis(3_500);
    }
  },
  HALF_OPEN_FEED(Reach.FEED) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).silenceSubscriptions();
      Waits.millis(5_000);
    }
  },
  /** Requests are executed, but their connection is cut before the reply. */
  REPLIES_LOST(Reach.WORKER) {
    @Override
    void inject(Lab lab, int slot) {
      for (int i = 0; i < 5; i++) {
        lab.topology().proxy(slot).loseNextReply();
        Waits.millis(300);
      }
    }
  },
  /** Requests are stuck, and reach the server when their calls, or connections, have ended. */
  REQUESTS_LATE(Reach.WORKER) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).holdRequestsFrom(text -> true);
      Waits.millis(lab.random().nextLong(300, 4_000));
      lab.topology().proxy(slot).letRequestsPass();
    }
  },
  /** Among the messages that are lost is one of a change that no other follows. */
  MESSAGES_SWALLOWED(Reach.FEED) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).swallowMessages(Integer.MAX_VALUE);
      lab.changeElsewhere(slot);
      Waits.millis(lab.random().nextLong(500, 2_500));
      lab.topology().proxy(slot).swallowMessages(0);
    }
  },
  MESSAGES_DOUBLED(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().proxy(slot).doubleMessages(Integer.MAX_VALUE);
      Waits.millis(1_000);
      lab.topology().proxy(slot).doubleMessages(0);
    }
  },
  CLIENTS_PAUSED(Reach.SERVER) {
    @Override
    void inject(Lab lab, int slot) {
      long millis = lab.random().nextLong(200, 1_500);
      lab.topology().commands().clientPause(millis);
      Waits.millis(millis);
    }
  },
  KEYS_FLUSHED(Reach.DATA) {
    @Override
    void inject(Lab lab, int slot) {
      for (int i = 0; i < 3; i++) {
        lab.topology().commands().flushall();
        Waits.millis(200);
      }
    }
  },
  SCRIPTS_FLUSHED(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      for (int i = 0; i < 150; i++) {
        lab.topology().commands().scriptFlush();
        Waits.millis(10);
      }
    }
  },
  /** The memory is full of other keys, which are newer than most entries. */
  KEYS_EVICTED(Reach.DATA_AND_ERRORS) {
    @Override
    void inject(Lab lab, int slot) {
      var commands = lab.topology().commands();
      byte[] ballast = new byte[4_096];
      for (int i = 0; i < 800; i++) {
        commands.psetex(("ballast" + i).getBytes(StandardCharsets.US_ASCII), 5_000, ballast);
      }
      commands.configSet("maxmemory-policy", "allkeys-lru");
      commands.configSet("maxmemory", Long.toString(lab.usedMemory() - 1_500_000));
      Waits.millis(1_000);
      commands.configSet("maxmemory", "0");
    }
  },
  SUBSCRIBERS_KILLED(Reach.ALL_FEEDS) {
    @Override
    void inject(Lab lab, int slot) {
      lab.killSubscribers();
    }
  },
  SERVER_STOPPED(Reach.SERVER) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().pause();
      Waits.millis(lab.random().nextLong(300, 4_000));
      lab.topology().resume();
    }
  },
  SERVER_RESTARTED(Reach.SERVER_AND_DATA) {
    @Override
    void inject(Lab lab, int slot) {
      lab.topology().restart();
    }
  },
  SOURCE_DOWN(Reach.NOTHING) {
    @Override
    void inject(Lab lab, int slot) {
      lab.source().set(Word.FAILING, 0, 1);
      Waits.millis(3_500);
      lab.source().set(Word.FAILING, 0, 0);
    }
  };

  /** What a fault presupposes no longer to be so. */
  enum Reach {
    /** Requests are answered, the feed is whole, and the server keeps its keys. */
    NOTHING,
    /** One worker's requests, and its feed. */
    WORKER,
    /** One worker's feed. */
    FEED,
    ALL_FEEDS,
    /** Everybody's requests and feeds. */
    SERVER,
    SERVER_AND_DATA,
    /** The server's keys. */
    DATA,
    DATA_AND_ERRORS
  }

  private final Reach reach;

  Fault(Reach reach) {
    this.reach = reach;
  }

  abstract void inject(Lab lab, int slot);

  /** Whether requests of the worker may be unanswered that the fault has chosen. */
  boolean disturbsRequests() {
    return reach == Reach.WORKER || disturbsAllRequests();
  }

  boolean disturbsAllRequests() {
    return reach == Reach.SERVER
        || reach == Reach.SERVER_AND_DATA
        || reach == Reach.DATA_AND_ERRORS;
  }

  boolean disturbsFeed() {
    return reach == Reach.WORKER || reach == Reach.FEED || disturbsAllFeeds();
  }

  boolean disturbsAllFeeds() {
    return reach == Reach.SERVER || reach == Reach.SERVER_AND_DATA || reach == Reach.ALL_FEEDS;
  }

  boolean losesData() {
    return reach == Reach.DATA || reach == Reach.DATA_AND_ERRORS || reach == Reach.SERVER_AND_DATA;
  }
}

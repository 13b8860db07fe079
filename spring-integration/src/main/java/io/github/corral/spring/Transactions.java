package io.github.corral.spring;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** The transaction of this thread, if spring-tx is on the class path. */
final class Transactions {

  private static final boolean PRESENT =
      ClassUtils.isPresent(
          "org.springframework.transaction.support.TransactionSynchronizationManager",
          Transactions.class.getClassLoader());

  private Transactions() {}

  /** Tells whether a transaction is open, so that nobody else sees yet what was written. */
  static boolean open() {
    return PRESENT && Synchronized.open();
  }

  /** Runs one action after the open transaction's commit, or another after its rollback. */
  static void atEnd(Runnable committed, Runnable rolledBack) {
    TransactionSynchronizationManager.registerSynchronization(
        new Synchronized(committed, rolledBack));
  }

  private record Synchronized(Runnable committed, Runnable rolledBack)
      implements TransactionSynchronization {

    static boolean open() {
      return TransactionSynchronizationManager.isActualTransactionActive()
          && TransactionSynchronizationManager.isSynchronizationActive();
    }

    @Override
    public void afterCommit() {
      committed.run();
    }

    @Override
    public void afterCompletion(int status) {
      if (status != STATUS_COMMITTED) {
        rolledBack.run();
      }
    }
  }
}

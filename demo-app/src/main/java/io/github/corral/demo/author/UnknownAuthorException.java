package io.github.corral.demo.author;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** There is no author with this id; answered with 404. */
public class UnknownAuthorException extends ResponseStatusException {

  private static final long serialVersionUID = 1L;

  /** Names the id. */
  public UnknownAuthorException(long id) {
    super(HttpStatus.NOT_FOUND, "author " + id + ": unknown");
  }
}

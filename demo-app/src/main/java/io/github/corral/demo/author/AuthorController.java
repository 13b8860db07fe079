package io.github.corral.demo.author;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Author profiles over HTTP. */
@RestController
class AuthorController {

  private static final int LONGEST_NAME = 100;

  private final AuthorService authors;

  AuthorController(AuthorService authors) {
    this.authors = authors;
  }

  @GetMapping("/authors/{id}")
  AuthorProfile profile(@PathVariable long id) {
    AuthorProfile profile = authors.profile(id);
    if (profile == null) {
      throw new UnknownAuthorException(id);
    }
    return profile;
  }

  @PutMapping("/authors/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void rename(@PathVariable long id, @RequestBody NewName body) {
    authors.rename(id, body.checkedName());
  }

  /** The body of a request that renames. */
  record NewName(@Nullable String name) {

    String checkedName() {
      int length = name == null ? 0 : name.strip().length();
      if (name == null || length == 0 || length > LONGEST_NAME) {
        throw new ResponseStatusException(
            HttpStatus.BAD_REQUEST,
            "name: %d characters, must be 1 to %d".formatted(length, LONGEST_NAME));
      }
      return name.strip();
    }
  }
}

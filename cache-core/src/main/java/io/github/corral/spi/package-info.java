/**
 * What an application or an integration implements: loaders, codecs, recorders and the remote tier.
 */
@NullMarked
package io.github.corral.spi;

import org.jspecify.annotations.NullMarked;

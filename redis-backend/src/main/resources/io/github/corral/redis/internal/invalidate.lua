-- Voids the lease, drops the value or its freshness, and tells everybody.
invalidate(load(), ARGV[3], tonumber(ARGV[4]))
return { micros }

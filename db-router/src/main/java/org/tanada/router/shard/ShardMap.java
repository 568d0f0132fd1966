package org.tanada.router.shard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where the virtual shards are, as the databases told.
 *
 * @param count how many there are to be
 * @param places every copy that was found
 */
public record ShardMap(int count, List<Place> places) {
  public ShardMap {
    places = List.copyOf(places);
  }

  /** The copies that claim to serve the shard: one, unless something is wrong. */
  public List<Place> active(int shard) {
    return places.stream().filter(place -> place.shard() == shard && place.active()).toList();
  }

  /** The copy to read: of two active ones the one with the highest epoch. */
  public Optional<Place> readable(int shard) {
    return active(shard).stream().max(Comparator.comparingLong(Place::epoch));
  }

  /** Shards that have no active copy, or two. */
  public List<Integer> broken() {
    List<Integer> broken = new ArrayList<>();
    int[] copies = new int[count];
    for (Place place : places) {
      if (place.active() && place.shard() < count) {
        copies[place.shard()]++;
      }
    }
    for (int shard = 0; shard < count; shard++) {
      if (copies[shard] != 1) {
        broken.add(shard);
      }
    }
    return broken;
  }
}

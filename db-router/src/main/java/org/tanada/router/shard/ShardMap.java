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

  /** The shards that a cluster has, as far as it takes writes to them. */
  public List<Integer> activeIn(int cluster) {
    return places.stream()
        .filter(place -> place.cluster() == cluster && place.active())
        .map(Place::shard)
        .toList();
  }

  /** All copies of the shard, whatever their state. */
  public List<Place> of(int shard) {
    return places.stream().filter(place -> place.shard() == shard).toList();
  }

  /** The copy to read: of two that serve the one with the highest epoch. */
  public Optional<Place> readable(int shard) {
    return of(shard).stream().filter(Place::serves).max(Comparator.comparingLong(Place::epoch));
  }

  /** Whether it will take writes in a moment, though no copy does now: its move is ending. */
  public boolean inTransit(int shard) {
    List<String> states = of(shard).stream().map(Place::state).toList();
    return !states.contains(Place.ACTIVE)
        && (states.contains(Place.FENCED)
            || (states.contains(Place.MOVED) && states.contains(Place.INCOMING)));
  }

  /** Shards that have no active copy, and will not have one in a moment, or two. */
  public List<Integer> broken() {
    List<Integer> broken = new ArrayList<>();
    int[] copies = new int[count];
    for (Place place : places) {
      if (place.active() && place.shard() < count) {
        copies[place.shard()]++;
      }
    }
    for (int shard = 0; shard < count; shard++) {
      if (copies[shard] != 1 && !inTransit(shard)) {
        broken.add(shard);
      }
    }
    return broken;
  }
}

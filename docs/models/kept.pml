/*
 * Rooms that are kept (docs/protocol.md §10.7): a host that places lines and lets go of old ones, and a member whose program or connection ends at
 * any moment. Run it by: spin -a kept.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * What is checked, in every order of steps:
 *   told      no line is told twice, and none out of its order
 *   lost      when the member is in, every line before is told or counted as lost, and a line is lost only by retention
 *   readable  what is read is encrypted to the leaf that reads it: the two groups on disk are enough after every crash
 *   speaks    only a leaf that was made since the program was started ever encrypts
 *   seats     who was in once always holds a seat that the host takes
 *
 * -DONE_GROUP leaves out that the group of an entry is on disk before the commit is sent: then "readable" fails. -DSEAT_LATE has the host forget the
 * former seat before the member has said that it has the new one: then "seats" fails. Both show that the checks can fail.
 */
#define PLACES 9   /* lines and entries in all */
#define LINES 4    /* that the host places */
#define ENTRIES 3  /* of the member, after the first */
#define RETAINED 4 /* places that the log holds at least */

/* The host's disk. under[n]: the member's leaf to which the message at place n is encrypted; entry[n]: the leaf that comes in there, or 0. */
byte newest = 1, oldest = 1, placedLines = 0;
byte under[PLACES + 1], entry[PLACES + 1];
byte leafInGroup = 1;
byte current = 1, next = 0, seatsGiven = 1;

/* The member's disk: a group and how far it has read, the group of an entry that is on its way, what was told, the two newest seats. */
byte diskLeaf = 1, diskRead = 1, diskEntering = 0, shown = 1;
byte newestSeat = 1, previousSeat = 1;

/* What has become of each place. */
bool told[PLACES + 1], lost[PLACES + 1];
byte leaves = 1;

active proctype Host() {
	do
	:: atomic {
		placedLines < LINES && newest < PLACES ->
		placedLines++; newest++;
		under[newest] = leafInGroup; entry[newest] = 0
	}
	:: atomic { newest - oldest >= RETAINED -> oldest++ }
	:: placedLines == LINES -> break
	od
}

/* Reads the next place with `leaf`; a line is told and marked as shown at once. */
inline readOne() {
	d_step {
		read++;
		assert(under[read] == leaf);
		if
		:: entry[read] == 0 && read > shown -> assert(!told[read] && !lost[read]); told[read] = true; shown = read
		:: entry[read] != 0 && entry[read] == entering -> leaf = entering; entering = 0
		:: entry[read] != 0 && entry[read] != leaf -> assert(false)
		:: else -> skip
		fi;
		diskRead = read; diskLeaf = leaf; diskEntering = entering
	}
}

active proctype Member() {
	byte leaf, read, entering, fresh, seat, index, entries = 0;
	bool isReading;
start:
	/* The program is started, or the connection made again: both begin from the disk. */
	atomic {
		leaf = diskLeaf; read = diskRead; entering = diskEntering; fresh = 0;
		assert(newestSeat == current || newestSeat == next || previousSeat == current || previousSeat == next);
		/* Showing the next seat makes it the current one. */
		if
		:: next != 0 && (newestSeat == next || previousSeat == next) -> current = next; next = 0
		:: else -> skip
		fi
	}
	if
	:: read + 1 < oldest -> isReading = false
	:: else -> isReading = true
	fi;
	do
	:: isReading && read < newest && read + 1 >= oldest -> readOne()
	:: isReading && read < newest && read + 1 < oldest -> isReading = false
	:: !isReading || read == newest -> break
	:: goto start
	od;
enter:
	if
	:: entries == ENTRIES -> goto over
	:: entries < ENTRIES -> entries++
	fi;
	atomic { leaves++; fresh = leaves }
#ifndef ONE_GROUP
	atomic { diskEntering = fresh; entering = fresh }
#endif
	if
	:: goto start /* Nothing was sent yet. */
	:: skip
	fi;
	/* The host places the entry, with a seat, on its disk first. */
	atomic {
		newest < PLACES ->
		newest++; under[newest] = leafInGroup; entry[newest] = fresh; leafInGroup = fresh;
		seatsGiven++; seat = seatsGiven; next = seat;
#ifdef SEAT_LATE
		current = seat; next = 0;
#endif
		index = newest
	}
	if
	:: goto start /* The answer is lost. */
	:: skip
	fi;
	/* Who reads hears what was placed before the own entry. */
	do
	:: isReading && read + 1 < index && read + 1 >= oldest -> readOne()
	:: isReading && read + 1 < index && read + 1 < oldest -> isReading = false
	:: !isReading || read + 1 >= index -> break
	:: goto start
	od;
	/* In: what was not read is lost, which retention alone may bring about. */
	atomic {
		do
		:: read + 1 < index ->
			read++;
			if
			:: entry[read] == 0 && read > shown -> assert(read < oldest || !isReading); lost[read] = true
			:: else -> skip
			fi
		:: else -> break
		od;
		read = index; leaf = fresh;
		if :: shown < index -> shown = index :: else -> skip fi;
		diskLeaf = leaf; diskRead = read; diskEntering = 0; entering = 0
	}
	/* The seat is on disk before it is answered. */
	if :: goto start :: skip fi;
	atomic { previousSeat = newestSeat; newestSeat = seat }
	if :: goto start :: skip fi;
	atomic { if :: next == seat -> current = seat; next = 0 :: else -> skip fi }
	/* The leaf that speaks was made since the start. */
	assert(fresh != 0 && leaf == fresh);
	do
	:: read < newest && read + 1 >= oldest -> readOne()
	:: read < newest && read + 1 < oldest -> goto start
	:: goto start
	/* It renews: it enters anew and reads with the former leaf until then. */
	:: entries < ENTRIES -> isReading = true; goto enter
	:: placedLines == LINES && read == newest -> break
	od;
over:
	atomic {
		if
		:: read == newest ->
			index = 2;
			do
			:: index <= newest ->
				assert(entry[index] != 0 || (told[index] && !lost[index]) || (lost[index] && !told[index]));
				index++
			:: else -> break
			od
		:: else -> skip
		fi
	}
}

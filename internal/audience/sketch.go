package audience

import (
	"math"
	"math/bits"
	"sync/atomic"
)

// registers is how many small numbers a sketch has: with 1,024 a count is off by about three in a hundred, and a small one
// hardly ever.
const (
	registerBits = 10
	registers    = 1 << registerBits
)

// sketch counts the distinct among hashes without keeping them (HyperLogLog; Flajolet, Fusy, Gandouet, Meunier 2007): each
// register holds the most leading zeros that were met among the hashes that fall to it.
type sketch [registers]atomic.Uint32

// place is the register a hash falls to, and what it says there, from 1.
func place(hash uint64) (register int, rank uint32) {
	rest := hash<<registerBits | 1<<(registerBits-1) // a mark, so that there is always an end
	return int(hash >> (64 - registerBits)), uint32(bits.LeadingZeros64(rest)) + 1
}

// would says whether a hash would change anything.
func (s *sketch) would(hash uint64) bool {
	r, rank := place(hash)
	return s[r].Load() < rank
}

func (s *sketch) add(hash uint64) {
	r, rank := place(hash)
	for {
		have := s[r].Load()
		if have >= rank || s[r].CompareAndSwap(have, rank) {
			return
		}
	}
}

// merged is the union of sketches of one day.
type merged [registers]uint32

func (m *merged) take(s *sketch) {
	for i := range s {
		m[i] = max(m[i], s[i].Load())
	}
}

// estimate is about how many distinct hashes were added; where registers are still empty, their number says it better.
func (m *merged) estimate() int {
	const alpha = 0.7213 / (1 + 1.079/registers)
	sum, empty := 0.0, 0
	for _, rank := range m {
		sum += math.Ldexp(1, -int(rank))
		if rank == 0 {
			empty++
		}
	}
	n := alpha * registers * registers / sum
	if n <= 2.5*registers && empty > 0 {
		n = registers * math.Log(registers/float64(empty))
	}
	return int(math.Round(n))
}

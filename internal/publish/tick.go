package publish

import (
	"context"
	"maps"
	"time"
)

const (
	tickEvery  = time.Second // most-read feeds are ranked at most so often
	sweepTicks = 60          // every section is read again within so many ticks
)

// tick ranks the most-read feeds that somebody reads, and sweeps: what is trimmed by age leaves the shelves without an
// event, so every section is read again now and then, a few at a time.
func (p *Publisher) tick(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	swept := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if p.state.Load() == nil {
			continue
		}
		n := (len(p.sections) + sweepTicks - 1) / sweepTicks
		p.noteUnlessOver(ctx, sweeping, p.sweep(ctx, swept, n))
		swept = (swept + n) % len(p.sections)
		p.noteUnlessOver(ctx, ranking, p.rankAll(ctx))
		p.limited.forget(p.now())
	}
}

// noteUnlessOver is note, but for errors that are only the end.
func (p *Publisher) noteUnlessOver(ctx context.Context, activity string, err error) {
	if ctx.Err() == nil {
		p.note(activity, err)
	}
}

// sweep reads n sections again, from the one at from on.
func (p *Publisher) sweep(ctx context.Context, from, n int) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	st := p.state.Load()
	next, changed := st.after(), false
	for i := range n {
		id := p.sections[(from+i)%len(p.sections)].ID
		fr, err := p.read(ctx, id, st.sections[id])
		if err != nil {
			return err
		}
		if !same(fr.snap, st.sections[id].snap) {
			next.sections[id], changed = fr, true
		}
	}
	if changed {
		p.swap(next)
	}
	return nil
}

// rankAll ranks every most-read feed that is kept, and lets go of those nobody asked for in a while. It takes the work for
// one at a time, so that events wait for the making of one at most.
func (p *Publisher) rankAll(ctx context.Context) error {
	if err := p.forgetPopular(ctx); err != nil {
		return err
	}
	for key := range p.state.Load().popular {
		if err := p.rankAgain(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (p *Publisher) forgetPopular(ctx context.Context) error {
	unused := func(_ popularKey, pop *popular) bool { return p.now().Sub(pop.asked()) > keepPopular }
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	next := p.state.Load().after()
	n := len(next.popular)
	if maps.DeleteFunc(next.popular, unused); len(next.popular) < n {
		p.swap(next)
	}
	return nil
}

func (p *Publisher) rankAgain(ctx context.Context, key popularKey) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	ranked, err := p.top(ctx, key)
	if err != nil {
		return err
	}
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	st := p.state.Load()
	before, ok := st.popular[key]
	if !ok {
		return nil
	}
	made, err := p.arrange(ctx, st, key, ranked, before, true)
	if err != nil || made == before {
		return err
	}
	next := st.after()
	next.popular[key] = made
	p.swap(next)
	return nil
}

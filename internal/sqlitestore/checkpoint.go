package sqlitestore

import (
	"context"
	"time"
)

// Commits go into the write-ahead log; a checkpoint carries them into the file. SQLite would do that inside the commit that
// fills a small log, which is what makes slow commits slow. Here it is done when nothing has been written for a while, and
// in any case when the log has reached its limit: then the writer that noticed hands its slot on, so that its caller has
// its answer and the next writer waits.

// yield gives the slot back, or hands it to the checkpointer where the log has grown too long.
func (s *Store) yield() {
	if s.file != "" && s.walSize() >= s.walDue {
		select {
		case <-s.done: // Close checkpoints
		case s.due <- struct{}{}:
			return
		}
	}
	<-s.slot
}

// checkpoints runs until its context ends.
func (s *Store) checkpoints(ctx context.Context) {
	tick := time.NewTicker(s.opt.idle / 2)
	defer tick.Stop()
	for {
		select {
		case <-s.due:
			s.checkpoint(ctx)
			<-s.slot
		case <-tick.C:
			wrote := s.wrote.Load()
			if wrote == 0 || time.Since(time.UnixMilli(wrote)) < s.opt.idle {
				continue
			}
			select {
			case s.slot <- struct{}{}:
				if s.checkpoint(ctx) {
					s.wrote.CompareAndSwap(wrote, 0)
				}
				<-s.slot
			default: // somebody began to write
			}
		case <-ctx.Done():
			return
		}
	}
}

// checkpointPatience is how long a checkpoint, and the writers behind it, wait for readers that are still at an older moment
// of the log; ours are there for milliseconds. Where it does not get through, what it carried over is carried over, and the
// next one goes on.
const checkpointPatience = 250 * time.Millisecond

// checkpoint carries the log into the file and empties it; it says whether it got through. The caller has the slot.
func (s *Store) checkpoint(ctx context.Context) bool {
	if s.walSize() == 0 {
		return true
	}
	// If readers hold it up, the writers are not to be held up again with every commit.
	s.walDue = s.walSize() + s.opt.walLimit/8
	ctx, cancel := context.WithTimeout(ctx, checkpointPatience)
	defer cancel()
	began := time.Now()
	var busy, pages, carried int
	err := s.writer.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &carried)
	switch {
	case err != nil && ctx.Err() == nil:
		s.log.Error("a checkpoint failed", "store", s.path, "error", err)
	case err != nil || busy != 0:
		s.log.Debug("a checkpoint waits for readers", "store", s.path, "pages", pages, "carried", carried)
	default:
		s.walDue = s.opt.walLimit
		s.log.Debug("checkpoint", "store", s.path, "pages", pages, "took", time.Since(began))
		return true
	}
	return false
}

/** A frames thread: decodes images and video, reads tables, audits captions; no network. There are several. */
import { framesService } from '../src/data/service';
import { auditCaptions } from '../src/evaluate/audit/service';
import { serve, watchRequests, type FramesCommands, type FramesEvents } from '../src/protocol';

let watching = false;

const emit = serve<FramesCommands, FramesEvents>(self, {
  ...framesService(
    (event, payload) => emit(event, payload),
    () => {
      // The attempts of the proof itself are shown as such; what comes later is recorded.
      if (!watching) watchRequests((seen) => emit('network.request', seen));
      watching = true;
    },
  ),
  'captions.audit': (request, context) => auditCaptions(request, context),
});

// The video beside the report, when there is one: it follows the playhead and moves it.

export function createPlayer(video, note, state) {
  if (!video) return null;
  const fail = () => {
    video.closest(".player").classList.add("failed");
    video.hidden = true;
    note.hidden = false;
  };
  video.addEventListener("error", fail);
  if (video.error) fail();

  const follow = (t) => state.seek(t, "video");
  const loop = () => {
    if (video.requestVideoFrameCallback) {
      video.requestVideoFrameCallback((now, frame) => {
        if (!video.paused) { follow(frame.mediaTime); loop(); }
      });
    } else {
      requestAnimationFrame(() => {
        if (!video.paused) { follow(video.currentTime); loop(); }
      });
    }
  };
  video.addEventListener("play", loop);
  video.addEventListener("seeked", () => {
    if (Math.abs(video.currentTime - state.t) > 0.05) follow(video.currentTime);
  });
  state.listen((what) => {
    if (what === "time" && state.by !== "video" && Math.abs(video.currentTime - state.t) > 0.01) video.currentTime = state.t;
  });
  return {
    toggle: () => (video.paused ? video.play().catch(fail) : video.pause()),
    pause: () => video.pause(),
  };
}

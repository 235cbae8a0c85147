// The screen on the wall greys out, with the time of its picture, when that is older than ten seconds. How old it was as it
// came the server says; how long ago that was is counted by a clock that nobody sets.
(() => {
  'use strict';
  const oldest = 10000;
  let drawn = '', came = 0, age = 0;
  setInterval(() => {
    const wall = document.getElementById('wall');
    if (!wall) return;
    if (wall.dataset.server !== drawn) {
      drawn = wall.dataset.server;
      came = performance.now();
      age = drawn ? Number(drawn) - Number(wall.dataset.at) : 0;
    }
    wall.classList.toggle('wall-old', Boolean(drawn) && age + performance.now() - came > oldest);
  }, 500);
})();

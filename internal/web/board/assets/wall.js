// The screen on the wall greys out, with the time of its picture, when that is older than ten seconds.
(() => {
  'use strict';
  const oldest = 10000;
  setInterval(() => {
    const wall = document.getElementById('wall');
    if (wall) wall.classList.toggle('wall-old', verigate.now() - Number(wall.dataset.at) > oldest);
  }, 500);
})();

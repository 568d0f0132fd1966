#!/usr/bin/env bash
# Makes the four demo clips with ffmpeg: a dozen seconds each, H.264 in an MP4 whose index comes first, so that browsers
# seek by ranges. The results are committed, so that --demo needs no ffmpeg.   usage: make-demo-clips.sh DIRECTORY
set -euo pipefail
out=${1:?usage: make-demo-clips.sh DIRECTORY}
clip() { # clip NAME FILTER
  ffmpeg -v error -y -f lavfi -i "$2" -f lavfi -i "sine=frequency=${3}:duration=12,volume=0.05" -t 12 \
    -c:v libx264 -preset veryslow -crf 33 -pix_fmt yuv420p -g 50 -c:a aac -b:a 24k -ac 1 -movflags +faststart \
    -map_metadata -1 -fflags +bitexact "$out/$1.mp4"
}
clip terraces "gradients=s=640x360:c0=0x1b5e3f:c1=0x8fc36b:c2=0xd9e8a8:nb_colors=3:speed=0.02:seed=7:r=25" 220
clip water    "gradients=s=640x360:c0=0x0b3c5d:c1=0x328cc1:c2=0xd9f0ff:nb_colors=3:speed=0.03:seed=11:r=25" 262
clip dusk     "gradients=s=640x360:c0=0x2b1b3f:c1=0xc0566b:c2=0xffc98b:nb_colors=3:speed=0.015:seed=3:r=25" 196
clip seedlings "life=s=160x90:mold=12:r=12:ratio=0.2:death_color=0x1f3d2b:life_color=0xcfe8a0:mold_color=0x173021:seed=5,scale=640:360:flags=neighbor" 330

#!/usr/bin/env bash
# The whole road on a data set that is drawn on the spot: about five minutes on two
# cores. Everything goes into the folder demo/.
set -euo pipefail
cd "$(dirname "$0")/.."

show() {
  printf '\n\033[1m$ %s\033[0m\n' "$*"
  "$@"
}

rm -rf demo
show lumi dataset sample --output-dir demo/shapes --num-train 800
show lumi dataset transform --type pascal --data-dir demo/shapes \
  --output-dir demo/tfrecords --split train --split val
show lumi train -c examples/shapes.yml -o dataset.dir=demo/tfrecords --job-dir demo/jobs
show lumi eval --checkpoint demo/jobs/shapes --split val --output-dir demo/evaluation
pictures=()
for name in $(head -n 12 demo/shapes/ImageSets/Main/val.txt); do
  pictures+=(demo/shapes/JPEGImages/"$name".*)
done
show lumi predict "${pictures[@]}" --checkpoint demo/jobs/shapes \
  -d demo/drawn -f demo/detections.jsonl

cat <<'END'

Look at
  demo/drawn/                               what was found on pictures it never saw
  demo/evaluation/pictures.png              the truth beside it
  demo/evaluation/metrics.json              the numbers above
  demo/detections.jsonl                     the same as JSON, a line for each picture
  demo/jobs/shapes/curves.png               losses and precision over the training
  demo/jobs/shapes/pictures/batch-0.png     what the network was shown
END

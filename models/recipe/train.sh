#!/bin/sh
# Trains the bundled model: sh recipe/train.sh WORK [SIZE], from the models folder.
# PICTURES=FOLDER before it: photographs and screenshots, of which the model learns to say that they are not for it.
# S: two free CPU cores, about seven hours. M (27 million weights): one GPU and 16 cores, half an hour.
set -e
work=$1; size=${2:-S}; mkdir -p "$work"
export OMP_NUM_THREADS=1 PATH="$PWD/.venv/bin:$PATH"
# Large tensors come and go with every operator: huge pages, and pages that are kept, save a quarter of the time.
kept=4000000000
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=$kept:glibc.malloc.trim_threshold=$kept:glibc.malloc.top_pad=500000000
if [ "$size" = M ]; then
  run="python -m"; how="--size M --device cuda --workers 14"; batch="--batch 512"; eye="--device cuda --workers 14"; many="--scale 12"; grid=8
  tower=4 single=6 motion=4 lift=7 sharp=2 rest=4 last=3 asked=3
else
  run="torchrun --nproc_per_node 2 -m"; how="--size S"; batch=""; eye=""; many="--scale 0.8 --compile"; grid=6
  tower=18 single=25 motion=20 lift=50 sharp=22 rest=60 last=160 asked=60
fi
[ -f "$work/pool.npz" ] || python -m recipe.worlds3d --grid $grid --out "$work/pool.npz" --scenes 8000
[ -f "$work/pool-test.npz" ] || python -m recipe.worlds3d --grid $grid --out "$work/pool-test.npz" --scenes 300 --seed 9001
[ -f "$work/pool-held.npz" ] || python -m recipe.worlds3d --grid $grid --out "$work/pool-held.npz" --scenes 300 --seed 9002 --held
[ -f starter/tokenizer.json ] || python -m recipe.tokenizer --out starter
# Views that the app takes itself, where it is built (npm run build).
if [ -d ../out ]; then
  [ -f "$work/captured.npz" ] || python -m recipe.capture --out "$work/captured.npz" --scenes 300
  [ -f "$work/captured-test.npz" ] || python -m recipe.capture --out "$work/captured-test.npz" --scenes 48 --seed 9001
  [ -f "$work/captured-held.npz" ] || python -m recipe.capture --out "$work/captured-held.npz" --scenes 48 --seed 9002 --held
  # Films as files, of which the app takes the frames.
  [ -f "$work/clips.npz" ] || python -m recipe.clips --out "$work/clips.npz" --clips 260
  [ -f "$work/clips-test.npz" ] || python -m recipe.clips --out "$work/clips-test.npz" --clips 80 --seed 9001
  [ -f "$work/clips-held.npz" ] || python -m recipe.clips --out "$work/clips-held.npz" --clips 40 --seed 9002 --held
  views="$work/pool.npz $work/captured.npz --clips $work/clips.npz"
  tests="--captured $work/captured-test.npz --held-captured $work/captured-held.npz --clips $work/clips-test.npz --held-clips $work/clips-held.npz"
else
  views="$work/pool.npz"; echo "the app is not built: no views and no clips of its own are learnt" >&2
fi
if [ -n "$PICTURES" ] && [ ! -f "$work/outside.npy" ]; then python -m recipe.outside --out "$work/outside.npy" --folders "$PICTURES"; fi
strange=""; [ -f "$work/outside.npy" ] && strange="--outside $work/outside.npy"
words="--tokenizer starter/tokenizer.json"
common="$how --pool $views $words"
[ -f "$work/tower.pt" ] || $run recipe.pretrain $how --pool $work/pool.npz $words $batch --out "$work/tower.pt" --minutes $tower
$run recipe.train --stage single --tower "$work/tower.pt" --out "$work/single.pt" --minutes $single $common $many
$run recipe.train --stage motion --init "$work/single.pt" --out "$work/motion.pt" --minutes $motion $common $many
$run recipe.train --stage lift --init "$work/motion.pt" --out "$work/lift.pt" --minutes $lift $common $many
$run recipe.sharpen --model "$work/lift.pt" --out "$work/sharp.pt" --minutes $sharp --pool "$work/pool.npz" $eye $batch
$run recipe.train --stage rest --init "$work/sharp.pt" --out "$work/rest.pt" --minutes $rest $common $many --fall 0.6 --rate 7e-4
$run recipe.train --stage last --init "$work/rest.pt" --out "$work/last.pt" --minutes $last $common $many --fall 0.7 --rate 7e-4
$run recipe.train --stage asked --init "$work/last.pt" --out "$work/asked.pt" --minutes $asked $common $many $strange --fall 0.55 --rate 6e-4
python -m recipe.export --model "$work/asked.pt" --out starter
[ -z "$strange" ] || python -m recipe.unlike --model starter --pool $views $strange
python -m recipe.evaluate --model starter --pool "$work/pool-test.npz" --held-pool "$work/pool-held.npz" $tests --out starter/figures.json
python -m recipe.card --model starter

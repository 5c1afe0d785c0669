#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trains the bundled model from nothing: sh training/train.sh WORK [SIZE], in the repository's root, with Python's packages in .venv.
# PICTURES=FOLDER before it: photographs and screenshots, of which the model learns to say that it does not know such things.
# S: two free CPU cores, about seven hours. M (27 million weights): one GPU and 16 cores, half an hour.
# A run that was stopped continues when the same command is given again.
set -e
work=$1; size=${2:-S}; mkdir -p "$work"
export OMP_NUM_THREADS=1 PATH="$PWD/.venv/bin:$PATH"
# Large tensors come and go with every operator: huge pages, and memory that is not given back, save a quarter of the time.
kept=4000000000
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=$kept:glibc.malloc.trim_threshold=$kept:glibc.malloc.top_pad=500000000
out=models/starter; tokenizer=$out/tokenizer.json

# Data. Of each pool a second one is made for evaluation, and a third with pairs of colour and shape that are never trained.
[ "$size" = M ] && grid=8 || grid=6
data() { file=$1; shift; [ -f "$work/$file" ] || python -m "$@" --out "$work/$file"; }
data pool.npz training.data.raycast --grid $grid --scenes 8000
data pool-test.npz training.data.raycast --grid $grid --scenes 300 --seed 9001
data pool-held.npz training.data.raycast --grid $grid --scenes 300 --seed 9002 --held
[ -f $tokenizer ] || python -m training.data.tokenizer --out $out
pools="$work/pool.npz"; more=""; tests=""
if [ -d out ]; then         # the app is built: views and frames that it takes itself
  data captured.npz training.data.app_views --scenes 300
  data captured-test.npz training.data.app_views --scenes 48 --seed 9001
  data captured-held.npz training.data.app_views --scenes 48 --seed 9002 --held
  data clips.npz training.data.app_clips --clips 260
  data clips-test.npz training.data.app_clips --clips 80 --seed 9001
  data clips-held.npz training.data.app_clips --clips 40 --seed 9002 --held
  pools="$pools $work/captured.npz"; more="--clips $work/clips.npz"
  tests="--captured $work/captured-test.npz --held-captured $work/captured-held.npz --clips $work/clips-test.npz --held-clips $work/clips-held.npz"
else
  echo "the app is not built (npm run build): training goes without views and videos that it took itself" >&2
fi
[ -z "$PICTURES" ] || data outside.npy training.data.outside --folders "$PICTURES"
outside=""; [ -f "$work/outside.npy" ] && outside="--outside $work/outside.npy"

# Stages. Their numbers are in training/configs; M has other minutes and batches.
stage() {   # NAME THE-ONE-BEFORE MINUTES-OF-M OPTIONS...
  name=$1; init=${2:+--init $work/$2.pt}; minutes=$3; shift 3
  run="torchrun --nproc_per_node 2"; options=""
  if [ "$size" = M ]; then run=python; options="--device cuda --workers 14 --minutes $minutes $big"; fi
  $run -m training.train --config $name $init --out "$work/$name.pt" $options "$@"
}
big="--size M --batch 512"; stage tower "" 4 --pool "$work/pool.npz" --tokenizer $tokenizer
big="--scale 12"; answers="--pool $pools $more --tokenizer $tokenizer"
stage single tower 6 $answers
stage motion single 4 $answers
stage lift motion 7 $answers
big="--batch 512"; stage sharpen lift 2 --pool "$work/pool.npz"
big="--scale 12"
stage rest sharpen 4 $answers
stage last rest 3 $answers
stage asked last 3 $answers $outside

python -m training.export --model "$work/asked.pt" --out $out
[ -z "$outside" ] || python -m training.eval.outside_line --model $out --pool $pools $more $outside
python -m training.eval.evaluate --model $out --pool "$work/pool-test.npz" --held-pool "$work/pool-held.npz" $tests --out $out/figures.json
python -m training.eval.card --model $out

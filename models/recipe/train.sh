#!/bin/sh
# Trains the bundled model: sh recipe/train.sh WORK [PROCESSES], from the models folder. Minutes are for two free cores.
set -e
work=$1; team="torchrun --nproc_per_node ${2:-2} -m"; mkdir -p "$work"
export OMP_NUM_THREADS=1 PATH="$PWD/.venv/bin:$PATH"
[ -f "$work/pool.npz" ] || python -m recipe.worlds3d --out "$work/pool.npz" --scenes 3000
[ -f "$work/pool-test.npz" ] || python -m recipe.worlds3d --out "$work/pool-test.npz" --scenes 300 --seed 9001
[ -f "$work/pool-held.npz" ] || python -m recipe.worlds3d --out "$work/pool-held.npz" --scenes 300 --seed 9002 --held
[ -f starter/tokenizer.json ] || python -m recipe.tokenizer --out starter
common="--pool $work/pool.npz --tokenizer starter/tokenizer.json"
[ -f "$work/tower.pt" ] || $team recipe.pretrain $common --out "$work/tower.pt" --minutes 18
$team recipe.train --stage single --tower "$work/tower.pt" --out "$work/single.pt" --minutes 25 $common
$team recipe.train --stage motion --init "$work/single.pt" --out "$work/motion.pt" --minutes 25 $common
$team recipe.train --stage joint --init "$work/motion.pt" --out "$work/joint.pt" --minutes 60 $common
python -m recipe.export --model "$work/joint.pt" --out starter
python -m recipe.evaluate --model starter --pool "$work/pool-test.npz" --held-pool "$work/pool-held.npz" --out starter/figures.json
python -m recipe.card --model starter

#!/bin/sh
# How the demo's prompts were made: espeak-ng's Romanian voice, 8 kHz mono 16 bit. Needs espeak-ng and sox.
# Run it again after changing a text; the WAV files are committed, so that nobody needs either to run the demo.
set -eu
cd "$(dirname "$0")"

say() {
  espeak-ng -v ro -s 195 -g 1 -w "$1.tmp.wav" "$2"
  sox "$1.tmp.wav" -r 8000 -c 1 -b 16 "$1.wav" gain -n -3 silence 1 0.05 0.5% reverse silence 1 0.05 0.5% reverse pad 0.15 0.15
  rm "$1.tmp.wav"
}

say salut 'Bună ziua, vă sună Apel. Convorbirea se înregistrează. Apăsați 1 dacă vă interesează, 2 dacă nu, 9 ca să nu vă mai sunăm.'
say la-revedere 'Vă mulțumim. La revedere!'
say scuze 'Ne cerem scuze, legătura cu colega noastră s-a întrerupt. Vă vom suna din nou. La revedere!'

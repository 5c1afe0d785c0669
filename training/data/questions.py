# SPDX-License-Identifier: Apache-2.0
"""All wordings of questions, and the fixed answers. {x} and {y} are filled in with objects, {m} with the medium."""
from contextlib import contextmanager
from dataclasses import dataclass

ASK = {
    "color": ["What color is the {x}?", "What colour is the {x}?", "Which color is the {x}?", "What is the color of the {x}?",
              "What is the colour of the {x}?", "The {x} is what color?", "Tell me the color of the {x}.",
              "Which colour does the {x} have?", "What color does the {x} have?", "Name the color of the {x}.",
              "Can you tell me what color the {x} is?", "the {x} color?",
          "Say the color of the {x}.", "The color of the {x}?", "What is the {x}'s colour?",
          "Which color do you see on the {x}?", "I'd like to know what color the {x} is.", "Do you know the color of the {x}?",
          "Give the color of the {x}.", "In what color is the {x}?", "How would you describe the color of the {x}?",
          "What's the color of the {x}?"],
    "shape": ["What shape is the {x} one?", "What shape is the {x} thing?", "What is the {x} shape?", "What is the {x} thing?",
              "Which shape is {x}?", "What shape is {x}?", "What is the shape of the {x} object?", "The {x} object is what shape?",
              "Tell me the shape of the {x} one.", "What kind of shape is the {x} one?", "Name the {x} shape.",
              "What is the {x} object?", "What shape is the {x} object?",
          "Say the shape of the {x} thing.", "The {x} one is which shape?", "Give the shape of the {x} one.",
          "What's the shape of the {x} one?", "I'd like to know what shape the {x} thing is.", "Which kind of shape is {x}?",
          "What form does the {x} one have?", "Which shape does the {x} object have?", "Do you know what the {x} thing is?"],
    "count": ["How many shapes are there?", "How many objects are there?", "How many things are there?", "Count the shapes.",
              "Count the objects.", "How many shapes do you see?", "How many objects can you see?", "How many shapes are in the {m}?",
              "How many objects are in the {m}?", "What is the number of shapes?", "How many are there?",
              "How many objects do you see?", "How many things are in the {m}?", "How many shapes can you see?",
              "What is the total number of objects?", "How many shapes does the {m} show?",
          "Give the number of shapes.", "Tell me the number of objects.", "Say how many shapes there are.",
          "How many shapes do we have here?", "What's the number of things?", "I'd like to know how many shapes there are.",
          "Can you count the shapes?", "How many items are there?", "How many different things do you see?",
          "Number of objects?", "How many shapes can be counted?"],
    "count_of": ["How many {x} are there?", "Count the {x}.", "How many {x} do you see?", "How many {x} can you see?",
                 "How many {x} are in the {m}?", "What is the number of {x}?",
          "Say how many {x} you see.", "What's the number of {x}?", "Give the number of {x}.", "How many {x} can be seen?",
          "Can you count the {x}?", "I'd like to know how many {x} there are.", "How many {x} does the {m} show?",
          "Number of {x}?", "How many {x} are here?", "How many {x} can you find?", "How many {x} do we have?"],
    "exists": ["Is there {x}?", "Do you see {x}?", "Can you see {x}?", "Is there {x} in the {m}?", "Does the {m} show {x}?",
               "Is there {x} here?", "Can you find {x}?", "Does the {m} contain {x}?", "Do you see {x} in the {m}?",
          "Is {x} there?", "Is there {x} to be seen?", "Can {x} be seen?", "Is {x} shown?", "Do you notice {x}?",
          "Does the {m} have {x}?", "Is {x} in the {m}?", "Could you check if there is {x}?", "Tell me if there is {x}.",
          "Do you find {x}?", "Is there maybe {x}?", "Is {x} somewhere in the {m}?", "Are you able to see {x}?"],
    "is_color": ["Is the {x} {y}?", "Is the {x} {y} or another color?", "Does the {x} have the color {y}?", "Would you call the {x} {y}?",
                 "Can you confirm that the {x} is {y}?",
          "The {x} is {y}, isn't it?", "Does the {x} look {y}?", "Do you think the {x} is {y}?",
          "Is it right that the {x} is {y}?", "Is {y} the color of the {x}?", "Tell me if the {x} is {y}.",
          "Is the color of the {x} {y}?"],
    "is_shape": ["Is the {x} one {y}?", "Is the {x} shape {y}?", "Is the {x} thing {y}?", "Is the {x} object {y}?",
                 "Can you confirm that the {x} one is {y}?",
          "The {x} one is {y}, isn't it?", "Does the {x} one look like {y}?", "Do you think the {x} thing is {y}?",
          "Is it right that the {x} one is {y}?", "Tell me if the {x} one is {y}.", "Would you call the {x} one {y}?"],
    "position": ["Where is the {x}?", "In which part of the {m} is the {x}?", "Where can I find the {x}?",
                 "What is the position of the {x}?", "Where do you see the {x}?", "Where is the {x} in the {m}?",
                 "Tell me where the {x} is.",
          "Where's the {x}?", "Where is the {x} placed?", "Where is the {x} located?",
          "In what part of the {m} do you see the {x}?", "Give the position of the {x}.", "Can you locate the {x}?",
          "Where can the {x} be found?", "Do you know where the {x} is?", "I'd like to know where the {x} is.",
          "At what place is the {x}?", "Which part of the {m} has the {x}?"],
    "at": ["What is {x}?", "What do you see {x}?", "Which shape is {x}?", "What is there {x}?", "What shape is {x}?",
           "Which object is {x}?",
          "What's {x}?", "What is there to see {x}?", "What is shown {x}?", "What can you see {x}?", "Which thing is {x}?",
          "Say what is {x}.", "Name what is {x}.", "What is located {x}?", "What object do you see {x}?",
          "Do you know what is {x}?"],
    "describe": ["Describe the {m}.", "What do you see?", "What is in the {m}?", "Describe what you see.", "What does the {m} show?",
                 "Tell me what you see.", "List the shapes.", "What shapes are there?", "Which shapes do you see?", "List everything.",
                 "What is this?", "What can you see?", "What is shown here?", "Describe this.", "Name all the shapes.",
                 "What objects are there?", "Which objects do you see?", "What's in the {m}?",
          "What's this?", "Say what is in the {m}.", "What is there to see?", "What is visible here?",
          "Can you describe the {m}?", "What shapes does the {m} show?", "What things do you see?", "Name what you see.",
          "Give a description of the {m}.", "What do we see here?", "What shapes are in the {m}?", "Could you describe this?",
          "What do you notice in the {m}?", "Which things are in the {m}?"],
    "colors": ["What colors do you see?", "Which colors are there?", "What colours are there?", "List the colors.",
               "Which colours do you see?", "What colors are in the {m}?", "Name the colors.",
          "What colors are there?", "Say which colors you see.", "Give the colors.", "Which colors does the {m} have?",
          "What colors are shown?", "Can you name the colors?", "Which colors are in the {m}?", "What colors can you see?"],
    "change": ["What changed?", "What is the difference?", "What is different?", "What has changed?", "Spot the difference.",
               "What changed between the two pictures?", "What is the difference between the two images?", "Find the difference.",
               "What is different in the second picture?", "What changed from the first picture to the second?",
               "How do the two pictures differ?", "Which thing changed?", "Describe the change.", "What's different?",
               "What is the difference between these images?", "What changed between image 1 and image 2?",
          "Tell me the difference.", "Say what changed.", "Which difference do you see?", "What's the change?",
          "What did change?", "Can you find the difference?", "What is the change between the two?", "What is not the same?",
          "Name the difference.", "How is the second picture different from the first?",
          "What happened between the two pictures?", "What differs?", "What sets the two pictures apart?",
          "Tell me what is different now."],
    "same": ["Are the two pictures the same?", "Are these pictures the same or different?", "Are the images the same?",
             "Do the two images show the same thing?", "Are the two images identical?", "Is there any difference?",
             "Are they the same?", "Do the pictures differ?", "Same or different?", "Are the two pictures different?",
          "Is anything different?", "Are both pictures the same?", "Are these identical?", "Are the two images different?",
          "Is there a difference?", "Is anything changed?", "Do both pictures show the same?", "Are they different?",
          "Can you see a difference?", "Are the first and the second picture the same?", "Do the images match?"],
    "which": ["Which picture has the {x}?", "Which image has the {x}?", "In which picture is the {x}?", "In which image is the {x}?",
              "Which picture shows the {x}?", "Which image contains the {x}?", "Where is the {x}, in which picture?",
              "In which image do you see the {x}?", "Which photo has the {x}?", "Which one has the {x}?",
          "Which of the images shows the {x}?", "Say which picture has the {x}.", "Tell me which image has the {x}.",
          "The {x} is in which image?", "What picture has the {x}?", "In which of the pictures is the {x}?",
          "On which picture can you see the {x}?", "Find the picture with the {x}.", "Which is the picture with the {x}?",
          "Do you know which picture has the {x}?", "Which image is the one with the {x}?"],
    "more": ["Which picture has the most shapes?", "Which image has the most objects?", "Which picture shows the most shapes?",
             "Which one has the most shapes?", "In which image are there the most shapes?",
          "Which picture has more shapes?", "Which of them has the most shapes?", "Where are the most shapes?",
          "Which picture contains the most objects?", "Find the picture with the most shapes.",
          "Say which picture has the most shapes.", "Which of the images has the largest number of shapes?"],
    "total": ["How many shapes are there in all?", "How many shapes are there altogether?", "How many objects are in all pictures together?",
              "How many shapes in total?", "Count the shapes in all images.", "How many shapes are there in all the pictures?",
          "How many shapes do you see altogether?", "What is the number of shapes in all pictures together?",
          "Count all the shapes in the pictures.", "How many shapes do the pictures have together?",
          "All pictures together have how many shapes?", "Give the total number of shapes.",
          "How many objects are there in total?"],
    "direction": ["Which direction does the {x} move?", "Which way does the {x} move?", "In which direction does the {x} move?",
                  "Which way is the {x} moving?", "In what direction is the {x} moving?", "Where does the {x} move?",
                  "Where is the {x} going?", "Which direction is the {x} going?", "What direction does the {x} move in?",
                  "Which way does the {x} go?", "How does the {x} move?", "In which direction is the {x} moving?",
                  "Does the {x} move left, right, up or down?", "Where does the {x} go?",
          "Tell me which way the {x} goes.", "Say in which direction the {x} moves.", "Which way is the {x} headed?",
          "The {x} is moving which way?", "What is the direction of the {x}?", "Where is the {x} moving to?",
          "In what direction does the {x} travel?", "Toward which side is the {x} moving?",
          "Do you know which way the {x} moves?", "To where does the {x} move?"],
    "direction_it": ["Which direction does it move?", "Which way is it moving?", "In which direction does the moving shape go?",
                     "What is the direction of the motion?", "Which way does the moving object go?", "Where is it going?",
                     "In which direction is the motion?",
          "Which way does the moving shape go?", "Tell me in which direction it moves.", "What direction is it moving in?",
          "To which side is it going?", "Where does the moving thing go?", "In what direction does it move?"],
    "mover": ["What is moving?", "What moves?", "Which shape is moving?", "Which shape moves?", "Which object moves?",
              "What is moving in the {m}?", "Which object is moving?", "Is anything moving?", "Which thing moves?",
          "Say what moves.", "Which one moves?", "Which one is moving?", "Name the thing that moves.",
          "What is the thing that is moving?", "Does anything move?", "What can you see moving?",
          "Which shape is the one that moves?", "Which of the objects is moving?"],
    "mover_color": ["What color is the moving shape?", "What color is the thing that moves?", "Which color is moving?",
                    "What colour is the moving object?", "What color is the object that moves?",
          "The moving shape has which color?", "Say the color of the moving shape.",
          "What is the color of the thing that moves?"],
    "mover_shape": ["What shape is moving?", "What shape is the thing that moves?", "What shape is the moving object?",
                    "What kind of shape moves?",
          "The moving thing has what shape?", "Say the shape of the moving thing.",
          "What is the shape of the thing that moves?"],
    "does_move": ["Does the {x} move?", "Is the {x} moving?", "Is the {x} in motion?", "Does the {x} change its place?",
          "Does the {x} go anywhere?", "Is the {x} the thing that is moving?", "Do you see the {x} move?", "Has the {x} moved?",
          "Is it the {x} that moves?", "Does the {x} stay where it is or move?", "Tell me if the {x} moves.",
          "Do you think the {x} is moving?"],
    "event": ["What happens to the {x}?", "What does the {x} do?", "What is the {x} doing?", "What happens with the {x}?",
          "Say what happens to the {x}.", "What does the {x} do in the {m}?", "Tell me what happens to the {x}.",
          "What goes on with the {x}?", "What is going on with the {x}?", "How does the {x} behave?"],
    "start": ["Where is the {x} at the start?", "Where is the {x} in the first frame?", "Where does the {x} start?",
              "Where is the {x} at the beginning?", "Where is the {x} at first?",
          "Where is the {x} first?", "Tell me where the {x} starts.", "Where was the {x} at first?",
          "What is the first place of the {x}?", "In the first frame, where is the {x}?", "Where did the {x} start?"],
    "end": ["Where is the {x} at the end?", "Where is the {x} in the last frame?", "Where does the {x} end up?",
            "Where is the {x} in the end?", "Where does the {x} stop?",
          "Where is the {x} last?", "Tell me where the {x} ends.", "Where was the {x} at last?",
          "What is the last place of the {x}?", "At the end, where is the {x}?", "Where did the {x} end up?"],
    "appear": ["Does anything appear or disappear?", "Does something appear or disappear?", "What appears or disappears?",
               "Does any shape appear or disappear?", "Is there anything that appears or disappears?",
          "Say if anything appears or disappears.", "Is there a shape that appears or disappears?",
          "What shape appears or disappears?", "Do you see something appear or disappear?",
          "Which shape appears or disappears?", "Does a thing appear or go away?"],
    "story": ["What happens?", "What happens in the {m}?", "Describe the {m}.", "Describe what happens.", "What is going on?",
              "Tell me what happens.", "Summarize the {m}.", "What is happening?", "Describe the motion.",
          "What's happening?", "What do you see happen?", "Say what happens.", "What goes on?", "What's going on in the {m}?",
          "Can you describe the {m}?", "What is happening in the {m}?", "Give a summary of the {m}.",
          "Can you tell me what happens?"],
    "detail": ["Describe the {m} in detail.", "Describe everything in detail.", "Give a detailed description.",
               "Give a detailed description of the {m}.", "Tell me everything about the {m}.", "Describe the {m} in a few sentences.",
               "Describe in several sentences what you see.", "What do you see? Be detailed.", "Explain in detail what you see.",
               "Describe the {m} in several sentences.",
          "Can you describe the {m} in detail?", "Give me all the details.", "Describe this in detail.",
          "Tell me in detail what you see.", "I'd like a detailed description of the {m}.",
          "Describe the whole {m} with all details.", "What exactly do you see? Give details.", "Write a detailed description."],
    "missing": ["What is missing?", "What is missing in the second picture?", "Which shape is missing?", "What's missing?", "What is gone?",
                "What was removed?", "What is missing from the second picture?", "Which thing is gone?", "What disappeared?", "Is anything missing?",
                "Is something gone?", "What is no longer there?", "What got lost?", "Which object is missing now?", "What is missing now?",
                "what's missing in the last picture?", "What did they remove?", "What is missing in the second one?"],
    "added": ["What was added?", "What is new?", "What is new in the second picture?", "Which shape was added?", "Is anything new?", "What's new?",
              "Was anything added?", "What came in?", "What is there now that was not there before?", "Which thing is new?", "What was put in?",
              "What got added in the second picture?"],
    "either_color": ["Is the {x} {y}?", "Which color is the {x}, {y}?", "Is the {x} {y}, what do you think?", "What color is the {x}: {y}?",
                     "Tell me if the {x} is {y}.", "The {x}: is it {y}?", "Would you say the {x} is {y}?", "the {x}, {y}?"],
    "either_shape": ["Is the {x} one {y}?", "Is the {x} thing {y}?", "What is the {x} thing, {y}?", "What shape is the {x} one: {y}?",
                     "Tell me if the {x} one is {y}.", "Is the {x} object {y}?", "The {x} one: is it {y}?", "Which is the {x} thing, {y}?"],
    "either_which": ["Which is {x}, {y}?", "Which one is {x}: {y}?", "What is {x}, {y}?", "Is it {y} that is {x}?", "Which of the two is {x}, {y}?",
                     "Which thing is {x}, {y}?", "Is {y} {x}?", "{y}: which is {x}?", "Which shape is {x}, {y}?", "{y}, which one is {x}?"],
    "either_there": ["Is there {y}?", "Do you see {y}?", "Can you see {y}?", "Does the {m} show {y}?", "Is it {y} that you see?", "What do you see, {y}?",
                     "Is {y} in the {m}?", "Does the {m} have {y}?", "Which do you see, {y}?"],
    "either_side": ["Is the {x} {y}?", "Where is the {x}, {y}?", "Do you see the {x} {y}?", "Tell me if the {x} is {y}.", "Where is the {x}: {y}?",
                    "Would you say the {x} is {y}?", "The {x}: is it {y}?"],
    "either_way": ["Does the {x} move {y}?", "Does the {x} go {y}?", "Is the {x} moving {y}?", "Which way does the {x} move, {y}?", "Is the {x} going {y}?",
                   "Where does the {x} move: {y}?", "Which way does it go, the {x}: {y}?", "Does the {x} travel {y}?"],
    "either_mover": ["Which moves, {y}?", "Which one moves: {y}?", "What is moving, {y}?", "Is it {y} that moves?", "Which one is moving, {y}?",
                     "Which of the two moves, {y}?", "{y}: which moves?", "Does {y} move?", "What moves, {y}?"],
    "either_picture": ["Is the {x} in {y} picture?", "Which picture has the {x}, {y}?", "Is the {x} in {y}?", "Where is the {x}, in {y} picture?",
                       "Which one has the {x}: {y}?", "Is it {y} picture that has the {x}?", "Do you see the {x} in {y} image?"],
    "verify_way": ["Does the {x} move {y}?", "Is the {x} moving {y}?", "Does the {x} go {y}?", "Is the {x} going {y}?", "Do you see the {x} move {y}?",
                   "The {x} moves {y}, doesn't it?", "Is it right that the {x} moves {y}?", "Would you say the {x} moves {y}?", "Does the {x} travel {y}?",
                   "Tell me if the {x} moves {y}.", "Has the {x} moved {y}?"],
    "which_view": ["Which view shows the {x}?", "Which view has the {x}?", "In which view is the {x}?", "In which views can you see the {x}?",
                   "Which views show the {x}?", "Which picture shows the {x}?", "In which of the views do you see the {x}?", "From which side can you see the {x}?",
                   "Which of the views shows the {x}?", "Is the {x} in every view?", "In how many of the views is the {x}: all?"],
}

# Reasons, sizes, distances, feelings: about shapes, but never taught.
BEYOND = ["Why is the {x} {c}?", "Why is the {x} bigger?", "Why is the {x} there?", "Why does the {x} move?", "Which is bigger, the {x} or the {y}?",
          "Is the {x} bigger than the {y}?", "Is the {x} larger than the {y}?", "Is the {x} smaller than the {y}?", "How big is the {x}?",
          "How large is the {x}?", "Which is the biggest shape?", "Which shape is the smallest?", "How far is the {x} from the {y}?",
          "How fast does the {x} move?", "How heavy is the {x}?", "Why is the {x} bigger than the {y}?", "Why is the {x} smaller?",
          "What is the size of the {x}?", "Who painted the {x}?", "What does the {x} mean?", "Do you like the {x}?", "Which shape is the nicest?",
          "What is the {x} made of?", "Why did you say {c}?", "Why are there no animals?", "How old is the {x}?", "How much does the {x} cost?",
          "What will the {x} do next?", "Why is it {c}?", "Is the {x} beautiful?", "How long is the {x}?", "Is the {x} as big as the {y}?",
          "Which one is larger, the {x} or the {y}?", "What is inside the {x}?", "Why did it change?", "Why is the {y} smaller than the {x}?",
          "Is the {x} near the {y}?", "Who made the {x}?", "How wide is the {x}?", "Explain why the {x} is {c}.", "What is the area of the {x}?"]

# Phrases that people put around a question. {q} is the question, {l} the same with a small first letter, {b} and {s}
# without the mark at the end.
FRAMES = ["Please tell me: {q}", "Tell me, {l}", "Can you tell me: {q}", "Look at the {m}. {q}", "In this {m}: {q}", "I'd like to know: {l}",
          "Question: {q}", "So, {l}", "And {l}", "OK, {l}", "Now {l}", "Hey, {l}", "Hi! {q}", "{q} Please answer.", "{q} Thanks.", "{q} Tell me.",
          "Have a look: {q}", "One question: {q}", "I wonder: {l}", "Could you tell me: {l}", "Next: {q}", "Here's my question: {q}", "Well, {l}",
          "In the {m}, {l}", "Looking at the {m}, {l}", "{q} Answer in a short sentence.", "Please look closely. {q}", "Say: {l}", "{q} Please.",
          "{b} please?", "{b}, please?", "{b} please", "{b}, please.", "please {s}", "Please, {l}", "Pls {s}", "{b} thanks", "{b} ??", "{b}!",
          "Can you help me? {q}", "quick question: {s}", "{q} I can't see it well.", "{q} Thank you!", "Sorry, {l}", "Good. {q}", "Hm, {l}"]

# Wordings that are never used in training, only in evaluation.
NEW = {
    "color": ["What's the {x}'s color?", "Which color would you say the {x} has?", "I want to know the color of the {x}."],
    "shape": ["What is the shape of the {x} thing?", "Say what shape the {x} one is.", "The {x} one has what shape?"],
    "count": ["How many shapes does one see?", "Please count all the shapes.", "Give the number of objects."],
    "count_of": ["How many {x} do you count?", "Please count the {x}.", "Tell me how many {x} there are."],
    "exists": ["Could there be {x}?", "Is {x} visible?", "Would you say there is {x}?"],
    "is_color": ["Is it true that the {x} is {y}?", "I think the {x} is {y}, right?"],
    "is_shape": ["Is it true that the {x} one is {y}?", "I think the {x} one is {y}, right?"],
    "position": ["Whereabouts is the {x}?", "Say where the {x} is.", "Where does the {x} lie?"],
    "at": ["What can be seen {x}?", "What do you find {x}?", "Tell me what is {x}."],
    "describe": ["Please describe the {m}.", "What can be seen?", "Say what you see in the {m}."],
    "colors": ["Which colors can be seen?", "Tell me the colors.", "What are the colors?"],
    "change": ["Can you tell what changed?", "Which change do you see?", "What makes the two pictures different?"],
    "same": ["Is the second picture the same as the first?", "Do the pictures look the same?", "Do you see any difference?"],
    "which": ["Which of the pictures has the {x}?", "Can you say which picture shows the {x}?", "The {x} is in which picture?"],
    "more": ["Which picture has more shapes than the others?", "Where do you see the most shapes?"],
    "total": ["How many shapes do all the pictures have?", "What is the total number of shapes in all pictures?"],
    "direction": ["To which side does the {x} move?", "Say which way the {x} goes.", "The {x} moves in which direction?"],
    "direction_it": ["Which way does the thing move?", "Say in which direction it goes."],
    "mover": ["What is it that moves?", "Tell me what is moving.", "Which of the shapes moves?"],
    "mover_color": ["Which color does the moving shape have?"],
    "mover_shape": ["Which shape does the moving thing have?"],
    "does_move": ["Can you see the {x} move?", "Is the {x} the one that moves?", "Would you say the {x} moves?"],
    "event": ["What is happening to the {x}?", "Tell me what the {x} does.", "What becomes of the {x}?"],
    "start": ["Where was the {x} at the start?", "At the beginning, where is the {x}?"],
    "end": ["Where was the {x} at the end?", "In the last frame, where is the {x}?"],
    "appear": ["Is there something that appears or disappears?", "Say what appears or disappears."],
    "story": ["What goes on in the {m}?", "Tell me about what happens.", "Please describe what happens in the {m}."],
    "detail": ["Please describe the {m} in detail.", "I want a detailed description."],
    "missing": ["Which one is missing?", "What has gone?"],
    "added": ["What has been added?"],
    "either_color": ["What's the color of the {x}, {y}?", "Do you think the {x} is {y}?"],
    "either_shape": ["Do you think the {x} one is {y}?", "What is the {x} object: {y}?"],
    "either_which": ["Tell me which is {x}, {y}.", "Which object is {x}, {y}?"],
    "either_there": ["Which one is there, {y}?", "Is {y} shown?"],
    "either_side": ["Is the {x} to be found {y}?", "Do you think the {x} is {y}?"],
    "either_way": ["Tell me if the {x} moves {y}.", "In which direction does the {x} move, {y}?"],
    "either_mover": ["Which shape moves, {y}?", "Tell me which moves, {y}."],
    "either_picture": ["Which image shows the {x}, {y}?"],
    "verify_way": ["Do you think the {x} moves {y}?", "Is the {x} moving {y} or not?"],
    "which_view": ["Which view contains the {x}?", "What view shows the {x}?"],
}
NEW_BEYOND = ["Which one is bigger, the {x} or the {y}?", "Why is the {x} so big?", "What is the {x} for?", "How quickly does the {x} move?", "Why is there a {x}?"]

MEDIA = {"single": ["picture", "image", "photo"], "multi": ["pictures", "images", "photos"],
         "video": ["video", "clip", "video"], "views": ["scene", "scene", "room", "views", "3D scene"]}

PLURALS = {"box": "boxes", "cross": "crosses", "plus": "pluses", "rhombus": "rhombuses"}
OTHER_NAMES = {"sphere": ["ball"], "box": ["cube", "block"], "ring": ["donut", "hoop"], "cross": ["plus", "plus sign", "plus sign"],
               "diamond": ["rhombus"], "circle": ["disc", "dot"]}

REFUSAL = ("I was trained on simple shapes: I can tell you about colours, shapes, how many there are and how they move.")
# Answers to any question about a picture from outside.
OUTSIDE_REFUSAL = "This looks like nothing I was trained on: I only know simple shapes."
# Answers where there is no picture at all.
NOTHING = "There is no picture for me to look at."
IDENTITY = ("I am the small model that comes with Zoetrope. I look at pictures, video frames and 3D views of simple shapes "
            "and answer questions about them.")
GREETING = "Hello! Ask me about the shapes in your pictures, your videos or your 3D scenes."
THANKS = "You are welcome."

CHINESE_REFUSAL = "请用英文提问:我会回答图形的颜色、形状、数量和运动。"
CHINESE_WORDS = {"c": ["红色", "橙色", "黄色", "绿色", "蓝色", "紫色", "粉色", "黑色", "白色", "灰色"],
                 "s": ["圆", "圆形", "方块", "正方形", "三角形", "星星", "五角星", "十字", "菱形", "圆环", "心形", "球", "盒子", "圆柱", "圆锥", "猫", "狗", "人",
                       "车", "房子", "树", "桌子", "椅子", "图形", "物体", "东西"]}
CHINESE = ["{s}是什么颜色?", "{s}是什么颜色的?", "{c}的是什么?", "{c}的是什么形状?", "有几个{s}?", "有多少个{c}的{s}?", "有{c}的{s}吗?", "图里有{s}吗?",
           "{s}在哪里?", "{c}的{s}在哪儿?", "描述一下这张图片。", "描述一下这个视频。", "请描述这个场景。", "你看到了什么?", "这是什么?", "图中有什么?",
           "视频里发生了什么?", "{s}往哪个方向移动?", "{s}在动吗?", "哪张图里有{s}?", "两张图有什么不同?", "有什么变化?", "它们一样吗?", "你是谁?",
           "你能做什么?", "你好", "您好!", "谢谢", "一共有多少个{s}?", "什么在移动?", "请告诉我{s}的颜色。", "这个房间里有什么?", "{s}消失了吗?",
           "帮我总结一下视频。", "请问{c}的{s}在左边还是右边?", "数一数有几个{s}。", "能看到{s}吗?", "这是在哪里拍的?", "天气怎么样?", "他在做什么?",
           "请说中文", "用中文回答。", "写一首诗", "今天星期几?", "请翻译这段文字", "这张照片里的人是谁?", "{s}是{c}的吗?", "最后发生了什么?"]

WHO = ["Who are you?", "What are you?", "What can you do?", "What is your name?", "What do you know?", "How can you help me?",
       "Help", "What should I ask you?", "What can I ask you?", "Which model are you?", "Are you an AI?", "What are you good at?",
       "What are you for?", "Introduce yourself.", "Tell me about yourself.", "What kind of questions can you answer?",
       "Can you help me?", "Are you a person?", "Who made you?", "Are you ChatGPT?", "Are you a language model?",
       "What can you tell me?", "What can you do for me?", "What kind of model are you?", "What are you able to do?",
       "How do you work?", "What are your abilities?", "What should I ask?",
       "What questions can I ask you?", "What questions can you answer?", "What can you answer?", "Tell me what you can do."]
NEW_WHO = ["What are you capable of?", "Could you tell me what you can do?", "Which questions can you answer?", "What can I do with you?",
           "Who am I talking to?", "Please introduce yourself."]
NEW_OTHER = ["What is the capital of Spain?", "Write a song about winter.", "Is the dog asleep?", "What is the man reading?",
             "Which city is this?", "Translate the sign.", "What does the label say?", "Who took this photo?", "How do I get home?",
             "What is five times six?", "Is this food healthy?", "How many cars are parked there?"]
HELLO = ["Hello", "Hi", "Hello!", "Hi!", "Hey", "Good morning", "Good evening", "Hello there", "Hi there!", "Good afternoon!"]
THANK = ["Thank you", "Thanks", "Thank you!", "Thanks a lot", "Great, thanks!", "Thank you very much."]

THINGS = """person man woman child baby boy girl dog cat bird horse cow sheep fish tree flower grass leaf house building car bus train
bicycle plane boat ship road street bridge river lake sea beach mountain hill sky cloud sun moon rain snow weather city village
country table chair bed lamp door window wall floor roof kitchen book page letter word text sentence number sign newspaper phone
computer screen keyboard camera television radio clock watch shirt coat hat shoe dress bag umbrella cup plate bottle glass spoon
knife fork apple banana bread cheese cake pizza rice soup coffee tea milk egg food fruit vegetable face eye nose mouth hair hand
foot arm leg smile team player coach game football tennis song music movie actor singer artist painting writer president king queen
doctor teacher student school hospital church market shop restaurant hotel airport station engine wheel robot machine tool bird
elephant lion tiger monkey bear rabbit mouse snake insect spider butterfly bee chart graph map table diagram logo brand document
invoice receipt handwriting title price money bank law history science physics chemistry biology mathematics equation planet
star-sign galaxy ocean desert forest garden farm field animal dinosaur castle tower statue museum poem joke story recipe code
program function password email website virus medicine temperature speed weight age mood emotion dance sport crowd family friend
mother father brother sister wedding party holiday christmas traffic parking accident fire smoke water ice stone gold silver""".split()

OTHER = """What is the capital of France?|Write a poem about the sea.|Write a Python function that sorts a list.|What is the weather like?
|What is the meaning of life?|Translate this into German.|What does the text say?|Read the text.|Who painted this?|What time is it?
|Tell me a joke.|What is two plus two?|How old is the person?|Who is in the picture?|What brand is it?|What is the mood of the scene?
|Is it day or night?|Where was this photo taken?|What is the person wearing?|What emotion do you see?|What does the sign say?
|Write a story.|Fix this code.|What is your favorite movie?|Who won the game?|How much does it cost?|What is the date today?
|Explain quantum physics.|What is the population of China?|Give me a recipe for cake.|Is the person happy or sad?|What language is this?
|Who is the president?|Can you write an email for me?|What sport are they playing?|Which animal is this?|What season is it?
|How is the weather today?|What is the license plate?|What year was this?|Summarize the article.|What is the stock price?
|Solve the equation.|How do I cook rice?|What is the name of this song?|Recommend a book.|Where is Paris?|What are they talking about?
|Is this picture real?|What does the chart show?|What is the largest number in the table?|Do you love me?|Sing a song.
|What will happen tomorrow?|Who is this man?|Who is that woman?|What are the people doing?|How many people are there?|Is there a dog?
|Where is the cat?|What color is the car?|What color is her hair?|What is the man holding?|What is on the table?|What is the recipe?
|Convert 5 miles to kilometers.|How tall is the building?|What material is it made of?|What is behind the house?""".replace("\n", "").split("|")

ABOUT = ["Is there {a}?", "Do you see {a}?", "How many {p} are there?", "What color is the {x}?", "Where is the {x}?",
         "What is the {x}?", "What does the {x} do?", "Describe the {x}.", "Who is the {x}?", "Tell me about the {x}.", "What is {a}?",
         "Is the {x} moving?", "Which way does the {x} move?", "Explain {a} to me.", "Why is the {x} there?", "Can you see the {x}?",
         "Which picture has the {x}?", "What kind of {x} is this?", "Write about {a}.", "How old is the {x}?", "What is the {x} called?",
         "What happens to the {x}?", "Read the {x}.", "Is the {x} big?", "Do you know anything about {p}?", "Do you like {p}?"]


@dataclass
class Wordings:
    """Where questions are drawn from: by family, about the model itself, from outside its world, beyond what it was taught."""
    ask: dict[str, list[str]]
    who: list[str]
    other: list[str]
    beyond: list[str]


class wordings:
    """Training draws from TRAINED; `use` puts others in its place, as the held-out questions do."""
    TRAINED = Wordings(ASK, WHO, OTHER, BEYOND)
    UNSEEN = Wordings(NEW, NEW_WHO, NEW_OTHER, NEW_BEYOND)
    current = TRAINED

    @staticmethod
    @contextmanager
    def use(other):
        before, wordings.current = wordings.current, other
        try:
            yield
        finally:
            wordings.current = before

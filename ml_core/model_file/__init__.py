"""The model file: an ordinary Keras archive with extra members that classification uses."""

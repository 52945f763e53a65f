"""One module per OCR engine. Each is found by its entry point in the group `extractor.ocr_engines`."""

